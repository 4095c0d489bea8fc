//! Supervisor of up and drill: processes, load, faults
