//! The history: orders that are placed, get their payment, and are paid; those of a thousand orders mixed, as they come in a shop.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use comptoir_domain::DomainEvent;
use comptoir_domain::order::{OrderEvent, OrderPaid, OrderPlaced, PaymentInitiated};
use comptoir_domain::values::{OrderId, PaymentId};
use comptoir_ledger::clock::{IdSource as _, SystemIds};
use comptoir_ledger::{Append, ExpectedRevision, Ledger, Metadata, NewEvent, StreamName};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(super) const EVENTS_PER_ORDER: usize = 3;
/// So many orders are in the shop at the same time.
const AT_ONCE: usize = 1000;
const ORDERS_PER_APPEND: usize = 250;

/// What happens to an order, as the peers store it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum OrderHappening {
    Placed(Box<OrderPlaced>),
    PaymentInitiated(PaymentInitiated),
    Paid(OrderPaid),
}

/// An order's events.
pub(super) struct Story {
    pub(super) order_id: Uuid,
    pub(super) happenings: [OrderHappening; EVENTS_PER_ORDER],
}

/// Fills the ledger, and returns the first stories for the peers.
pub(super) async fn seed(ledger: &Ledger, orders: usize, kept: usize) -> Result<Vec<Story>> {
    let sample = sample()?;
    let mut stories = Vec::with_capacity(kept);
    let mut left = orders;
    while left > 0 {
        let together: Vec<Story> = (0..left.min(AT_ONCE)).map(|_| renamed(&sample)).collect();
        left -= together.len();
        for step in 0..EVENTS_PER_ORDER {
            for some in together.chunks(ORDERS_PER_APPEND) {
                let append = some
                    .iter()
                    .fold(Append::new(&Metadata::default()), |append, story| {
                        let stream = StreamName::new("order", story.order_id);
                        let event = stored(&story.happenings[step]);
                        append.write_raw(stream, ExpectedRevision::Any, vec![event])
                    });
                ledger.append(append).await?;
            }
        }
        let wanted = kept - stories.len();
        stories.extend(together.into_iter().take(wanted));
    }
    Ok(stories)
}

fn stored(happening: &OrderHappening) -> NewEvent {
    let event: OrderEvent = match happening.clone() {
        OrderHappening::Placed(placed) => (*placed).into(),
        OrderHappening::PaymentInitiated(initiated) => initiated.into(),
        OrderHappening::Paid(paid) => paid.into(),
    };
    NewEvent::of(SystemIds.uuid_v7(), &event)
}

fn renamed(sample: &[OrderHappening; EVENTS_PER_ORDER]) -> Story {
    let id = SystemIds.uuid_v7();
    let order_id = OrderId::from_uuid(id);
    let happenings = sample.clone().map(|mut happening| {
        match &mut happening {
            OrderHappening::Placed(placed) => {
                placed.order_id = order_id;
                placed.payment_id = PaymentId::of(order_id);
            }
            OrderHappening::PaymentInitiated(initiated) => initiated.payment_id = PaymentId::of(order_id),
            OrderHappening::Paid(_) => {}
        }
        happening
    });
    Story {
        order_id: id,
        happenings,
    }
}

/// The golden events of the domain, in their newest form.
fn sample() -> Result<[OrderHappening; EVENTS_PER_ORDER]> {
    let (OrderEvent::Placed(placed), OrderEvent::PaymentInitiated(initiated), OrderEvent::Paid(paid)) = (
        golden("order.placed")?,
        golden("order.payment_initiated")?,
        golden("order.paid")?,
    ) else {
        anyhow::bail!("the golden files are named after other events than they hold");
    };
    ensure!(
        placed.lines.len() == 1,
        "one line an order, so that the rows can be counted"
    );
    Ok([
        OrderHappening::Placed(Box::new(placed)),
        OrderHappening::PaymentInitiated(initiated),
        OrderHappening::Paid(paid),
    ])
}

fn golden(event_type: &str) -> Result<OrderEvent> {
    let newest = OrderEvent::WIRE.iter().find(|(name, _)| *name == event_type);
    let (_, version) = newest.with_context(|| format!("there is no event {event_type}"))?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/golden");
    let path = folder.join(format!("{event_type}.v{version}.json"));
    let text = std::fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    Ok(OrderEvent::from_json(event_type, *version, &text)?)
}
