//! Collects open and ended connections from the connection table.

use crate::net::connections::{ConnectionTable, EndReason};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use std::fmt;
use std::sync::Arc;

/// The connection table of the public listener.
pub(super) struct ConnectionCollector(pub(super) Arc<ConnectionTable>);

impl Collector for ConnectionCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let open = ConstGauge::new(self.0.open() as u64);
        open.encode(encoder.encode_descriptor("connections", "Open connections", None, MetricType::Gauge)?)?;
        let help = "Connections that the service rejected or closed, by reason";
        let mut family = encoder.encode_descriptor("connections_ended", help, None, MetricType::Counter)?;
        for reason in EndReason::ALL {
            ConstCounter::new(self.0.ended(reason)).encode(family.encode_family(&[("reason", reason.name())])?)?;
        }
        Ok(())
    }
}

impl fmt::Debug for ConnectionCollector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConnectionCollector")
    }
}
