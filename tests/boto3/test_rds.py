"""RDS: the global cluster. The sentinels are paused, because they would move the writer as well. Each test first
finds out where the writer is, and waits until nothing moves."""

import time

import pytest
from botocore.exceptions import ClientError
from conftest import quiet
from support import REPLICAS, code_of, eventually, refused

CLUSTER = "orders-global-local"
ABSENT = "arn:aws:rds:us-east-1:000000000000:cluster:absent"


def region_of(arn):
    return arn.split(":")[3]


def cluster(client):
    answer = client.describe_global_clusters(GlobalClusterIdentifier=CLUSTER)
    [shown] = answer["GlobalClusters"]
    return shown


def members(shown):
    return {member["DBClusterArn"]: member for member in shown["GlobalClusterMembers"]}


def writer_of(shown):
    [writer] = [arn for arn, member in members(shown).items() if member["IsWriter"]]
    return writer


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    with quiet(tmp_path_factory.mktemp("quiet")) as platform:
        yield platform


@pytest.fixture
def rds(platform):
    return {region: platform.client("rds", region) for region in REPLICAS}


def at_rest(rds):
    """Returns the ARNs of the writer and of the other member, once no move or rebuild is in progress."""

    def probe():
        shown = cluster(rds[REPLICAS[0]])
        states = {member["SynchronizationStatus"] for member in members(shown).values()}
        return shown if shown["Status"] == "available" and states == {"connected"} else None

    shown = eventually(probe)
    writer = writer_of(shown)
    [standby] = set(members(shown)) - {writer}
    return writer, standby


def begin(rds, move):
    """Starts a move until one is accepted, and returns its source, its target and the response."""

    def attempt():
        writer, standby = at_rest(rds)
        try:
            return writer, standby, move(writer, standby)["GlobalCluster"]
        except ClientError as error:
            if code_of(error) != "InvalidGlobalClusterStateFault":
                raise
            return None

    return eventually(attempt, within=10)


def failover(rds):
    return lambda _writer, standby: rds[region_of(standby)].failover_global_cluster(
        GlobalClusterIdentifier=CLUSTER, TargetDbClusterIdentifier=standby, AllowDataLoss=True
    )


def switchover(rds):
    return lambda writer, standby: rds[region_of(writer)].switchover_global_cluster(
        GlobalClusterIdentifier=CLUSTER, TargetDbClusterIdentifier=standby
    )


def failover_without_data_loss(rds):
    return lambda writer, standby: rds[region_of(writer)].failover_global_cluster(
        GlobalClusterIdentifier=CLUSTER, TargetDbClusterIdentifier=standby
    )


def moved(rds, to):
    """Returns the cluster as the target's Region describes it, once the writer is there."""

    def probe():
        shown = cluster(rds[region_of(to)])
        return shown if writer_of(shown) == to else None

    return eventually(probe)


def test_the_cluster_has_one_writer_and_one_reader(rds, region):
    writer, standby = at_rest(rds)
    shown = cluster(rds[region])
    assert shown["GlobalClusterIdentifier"] == CLUSTER
    assert shown["Engine"] == "aurora-postgresql"
    assert shown["GlobalClusterArn"].split(":")[2:4] == ["rds", ""]
    assert "FailoverState" not in shown
    assert {region_of(arn) for arn in members(shown)} == set(REPLICAS)
    assert members(shown)[writer]["IsWriter"] is True
    assert members(shown)[writer]["Readers"] == [standby]
    assert members(shown)[standby]["IsWriter"] is False
    assert members(shown)[standby]["Readers"] == []


def test_all_clusters_are_described_without_a_name(rds, region):
    answer = rds[region].describe_global_clusters()
    assert [c["GlobalClusterIdentifier"] for c in answer["GlobalClusters"]] == [CLUSTER]


def test_an_absent_cluster_is_not_found(rds, region):
    client = rds[region]
    writer, standby = at_rest(rds)
    with refused("GlobalClusterNotFoundFault", 404):
        client.describe_global_clusters(GlobalClusterIdentifier="absent")
    with refused("GlobalClusterNotFoundFault", 404):
        client.failover_global_cluster(
            GlobalClusterIdentifier="absent", TargetDbClusterIdentifier=standby, AllowDataLoss=True
        )
    with refused("GlobalClusterNotFoundFault", 404):
        client.switchover_global_cluster(
            GlobalClusterIdentifier="absent", TargetDbClusterIdentifier=standby
        )
    with pytest.raises(client.exceptions.GlobalClusterNotFoundFault):
        client.describe_global_clusters(GlobalClusterIdentifier="absent")
    assert writer_of(cluster(client)) == writer


def test_an_absent_member_is_not_found(rds, region):
    client = rds[region]
    with refused("DBClusterNotFoundFault", 404):
        client.failover_global_cluster(
            GlobalClusterIdentifier=CLUSTER, TargetDbClusterIdentifier=ABSENT, AllowDataLoss=True
        )
    with refused("DBClusterNotFoundFault", 404):
        client.switchover_global_cluster(
            GlobalClusterIdentifier=CLUSTER, TargetDbClusterIdentifier=ABSENT
        )


def test_the_writer_is_rejected_as_a_target(rds):
    writer, _ = at_rest(rds)
    client = rds[region_of(writer)]
    with refused("InvalidGlobalClusterStateFault"):
        client.failover_global_cluster(
            GlobalClusterIdentifier=CLUSTER, TargetDbClusterIdentifier=writer, AllowDataLoss=True
        )
    with refused("InvalidGlobalClusterStateFault"):
        client.switchover_global_cluster(
            GlobalClusterIdentifier=CLUSTER, TargetDbClusterIdentifier=writer
        )


def test_a_failover_is_called_at_its_target_and_a_switchover_at_the_writer(rds):
    writer, standby = at_rest(rds)
    with refused("InvalidGlobalClusterStateFault"):
        rds[region_of(writer)].failover_global_cluster(
            GlobalClusterIdentifier=CLUSTER, TargetDbClusterIdentifier=standby, AllowDataLoss=True
        )
    with refused("InvalidGlobalClusterStateFault"):
        rds[region_of(standby)].switchover_global_cluster(
            GlobalClusterIdentifier=CLUSTER, TargetDbClusterIdentifier=standby
        )


def test_data_loss_and_switchover_exclude_each_other(rds):
    _, standby = at_rest(rds)
    with refused("InvalidParameterCombination"):
        rds[region_of(standby)].failover_global_cluster(
            GlobalClusterIdentifier=CLUSTER,
            TargetDbClusterIdentifier=standby,
            AllowDataLoss=True,
            Switchover=True,
        )


def test_a_failover_moves_the_writer_and_rebuilds_the_old_one(rds):
    writer, standby, answer = begin(rds, failover(rds))
    assert answer["Status"] == "failing-over"
    assert writer_of(answer) == writer
    assert answer["FailoverState"]["Status"] == "failing-over"
    assert answer["FailoverState"]["FromDbClusterArn"] == writer
    assert answer["FailoverState"]["ToDbClusterArn"] == standby
    with refused("InvalidGlobalClusterStateFault"):
        failover(rds)(writer, standby)
    after = moved(rds, standby)
    assert after["Status"] == "available"
    assert "FailoverState" not in after
    assert members(after)[standby]["Readers"] == [writer]
    assert members(after)[writer]["SynchronizationStatus"] == "pending-resync"
    assert members(after)[writer]["IsWriter"] is False
    eventually(
        lambda: members(cluster(rds[REPLICAS[0]]))[writer]["SynchronizationStatus"] == "connected"
    )


@pytest.mark.parametrize("move", [switchover, failover_without_data_loss])
def test_a_switchover_moves_the_writer_and_keeps_both(rds, move):
    writer, standby, answer = begin(rds, move(rds))
    assert answer["Status"] == "switching-over"
    assert writer_of(answer) == writer
    assert answer["FailoverState"]["Status"] == "switching-over"
    assert answer["FailoverState"]["FromDbClusterArn"] == writer
    assert answer["FailoverState"]["ToDbClusterArn"] == standby
    after = moved(rds, standby)
    states = {member["SynchronizationStatus"] for member in members(after).values()}
    assert states == {"connected"}
    assert members(after)[standby]["Readers"] == [writer]


@pytest.mark.parametrize(("move", "allowed"), [(failover, True), (switchover, False)])
def test_a_move_reports_whether_data_may_be_lost(rds, move, allowed):
    _, standby, answer = begin(rds, move(rds))
    moved(rds, standby)
    assert answer["FailoverState"]["IsDataLossAllowed"] is allowed


def test_an_isolated_writer_does_not_switch_over(rds, fault):
    writer, standby = at_rest(rds)
    fault("isolate", region_of(writer))
    with refused("InvalidGlobalClusterStateFault"):
        switchover(rds)(writer, standby)
    assert writer_of(cluster(rds[region_of(writer)])) == writer


def test_a_dark_writer_is_replaced_and_rebuilt_on_its_return(rds, fault):
    writer, standby = at_rest(rds)
    rest = rds[region_of(standby)]

    def state():
        return members(cluster(rest))[writer]["SynchronizationStatus"]

    fault("kill", region_of(writer))
    failover(rds)(writer, standby)
    moved(rds, standby)
    time.sleep(0.6)
    assert state() == "pending-resync"
    fault("restart", region_of(writer))
    eventually(lambda: state() == "connected")
