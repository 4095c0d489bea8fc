pub struct FileOptions;
pub struct FileSummary;
pub struct Refused;
pub fn submit_file() {}
