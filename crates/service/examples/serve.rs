//! Serves the index of a data directory until it is interrupted:
//! `cargo run -p exposure-service --example serve -- exposure-data`.

use exposure_index::{DataDir, read_key};
use exposure_service::{Budget, Config, ListenAddress, Listener, Published, Service};
use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let data = DataDir::new(std::env::args().nth(1).unwrap_or_else(|| "exposure-data".to_owned()));
    let current = Published { index: data.index(), catalogue: data.catalogue(), key: Some(read_key(&data.key())?) };
    let service = Service::open(Config {
        current,
        previous: None,
        allow_unkeyed: false,
        budget: Budget::default(),
        partners: Some(data.partners()),
        proxies: Vec::new(),
        site: Some(data.site()),
        tls: None,
    })?;
    let listener = Listener::bind(&"127.0.0.1:8080".parse::<ListenAddress>()?).await?;
    service.serve(listener, async { drop(tokio::signal::ctrl_c().await) }).await;
    Ok(())
}
