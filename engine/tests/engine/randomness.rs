//! Randomness that is none, and where a test can hold up whoever wants some.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use comptoir_engine::vault::{RandomError, RandomSource};
use tokio::sync::oneshot;

/// Different bytes at each call, the same ones in each run.
#[derive(Debug)]
pub(crate) struct CountingRandom {
    calls: AtomicU64,
    /// Where whoever wants some can be held up.
    pub(crate) stop: Arc<Stop>,
}

/// Holds up whoever seals something next, on a thread of its own, until they are let go.
#[derive(Debug, Default)]
pub(crate) struct Stop(Mutex<Option<(oneshot::Sender<()>, mpsc::Receiver<()>)>>);

impl Stop {
    /// Tells when somebody was stopped, and lets them go when the second half is sent to.
    pub(crate) fn next(&self) -> (oneshot::Receiver<()>, mpsc::Sender<()>) {
        let ((stopped, told), (go_on, wait)) = (oneshot::channel(), mpsc::channel());
        *self.0.lock().unwrap() = Some((stopped, wait));
        (told, go_on)
    }

    fn pass(&self) {
        let stop = self.0.lock().unwrap().take();
        if let Some((stopped, wait)) = stop {
            stopped.send(()).unwrap();
            tokio::task::block_in_place(|| wait.recv()).unwrap();
        }
    }
}

impl CountingRandom {
    /// Other bytes for each seed.
    pub(crate) fn new(seed: u32) -> Self {
        Self {
            calls: AtomicU64::new(u64::from(seed) << 32),
            stop: Arc::default(),
        }
    }
}

impl RandomSource for CountingRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        self.stop.pass();
        let call = self.calls.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes
            .iter_mut()
            .zip(call.iter().cycle())
            .for_each(|(byte, from)| *byte = *from);
        Ok(())
    }
}
