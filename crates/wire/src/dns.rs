//! An authoritative DNS server for the platform's names, over UDP and TCP.
//!
//! The answers come from the model's records at the time of the query. Queries for all other names are refused, so that
//! no client mistakes the server for a resolver.

use crate::cloud_server::CloudServer;
use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::{Name, RData, Record, RecordType, rdata::A};
use leeward_cloud::Cloud;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::Semaphore;

/// The time after which a TCP connection is closed.
const IDLE: Duration = Duration::from_secs(5);
/// The maximum number of concurrent TCP connections. Further connections are closed immediately.
const TCP_CLIENTS: usize = 64;

/// Serves queries until the future is dropped.
pub async fn serve_dns(server: CloudServer, udp: UdpSocket, tcp: TcpListener) {
    tokio::join!(serve_udp(server.clone(), udp), serve_tcp(server, tcp));
}

async fn serve_udp(server: CloudServer, socket: UdpSocket) {
    let mut buffer = [0u8; 4096];
    loop {
        let Ok((length, peer)) = socket.recv_from(&mut buffer).await else { continue };
        let packet = &buffer[..length];
        if let Some(answer) = server.with(|cloud, _| answer_question(cloud, packet)) {
            let _: Result<usize, _> = socket.send_to(&answer, peer).await;
        }
    }
}

async fn serve_tcp(server: CloudServer, listener: TcpListener) {
    let room = Arc::new(Semaphore::new(TCP_CLIENTS));
    loop {
        let Ok((mut stream, _)) = listener.accept().await else { continue };
        let Ok(permit) = room.clone().try_acquire_owned() else { continue };
        let server = server.clone();
        tokio::spawn(async move {
            let _permit = permit;
            let conversation = async {
                loop {
                    let length = stream.read_u16().await?;
                    let mut query = vec![0u8; usize::from(length)];
                    stream.read_exact(&mut query).await?;
                    let answer = server.with(|cloud, _| answer_question(cloud, &query));
                    let Some(answer) = answer else { break };
                    stream.write_u16(answer.len() as u16).await?;
                    stream.write_all(&answer).await?;
                }
                std::io::Result::Ok(())
            };
            let _: Result<_, _> = tokio::time::timeout(IDLE, conversation).await;
        });
    }
}

/// Returns the reply to one packet, or `None` if the packet is not a query.
pub fn answer_question(cloud: &Cloud, packet: &[u8]) -> Option<Vec<u8>> {
    let query = Message::from_vec(packet).ok()?;
    if query.metadata.message_type != MessageType::Query {
        return None;
    }
    let mut reply = Message::response(query.metadata.id, query.metadata.op_code);
    reply.metadata.recursion_desired = query.metadata.recursion_desired;
    if query.metadata.op_code != OpCode::Query || query.queries.len() != 1 {
        reply.metadata.response_code = ResponseCode::FormErr;
        return reply.to_vec().ok();
    }
    let question = query.queries[0].clone();
    let name = question.name().to_lowercase().to_ascii();
    let records = lookup(cloud, name.trim_end_matches('.'), question.name());
    reply.add_query(question.clone());
    match records {
        None => reply.metadata.response_code = ResponseCode::Refused,
        Some(records) => {
            reply.metadata.authoritative = true;
            if matches!(question.query_type(), RecordType::A | RecordType::ANY) {
                for record in records {
                    reply.add_answer(record);
                }
            }
        }
    }
    reply.to_vec().ok()
}

fn lookup(cloud: &Cloud, name: &str, as_asked: &Name) -> Option<Vec<Record>> {
    if !cloud.has_name(name) {
        return None;
    }
    let records = cloud.resolve(name).into_iter().filter_map(|record| {
        let address: std::net::Ipv4Addr = record.address.parse().ok()?;
        Some(Record::from_rdata(as_asked.clone(), record.ttl_s, RData::A(A(address))))
    });
    Some(records.collect())
}
