//! A file that is hashed as it is written, and goes to disk meanwhile: whoever waits for the disk at the end waits for little.

use std::fs::File;
use std::io::{self, Write};
use std::thread::JoinHandle;

use sha2::{Digest, Sha256};

/// After so many bytes the disk is asked to take what there is, by another thread.
const SYNC_BYTES: u64 = 32 * 1024 * 1024;

/// A file on its way.
pub(super) struct HashingFile {
    file: File,
    hasher: Sha256,
    bytes: u64,
    unsynced: u64,
    syncing: Option<JoinHandle<io::Result<()>>>,
}

impl HashingFile {
    pub(super) fn new(file: File) -> Self {
        Self {
            file,
            hasher: Sha256::new(),
            bytes: 0,
            unsynced: 0,
            syncing: None,
        }
    }

    /// Waits until all of it is on disk. Its length, and its SHA-256 in hexadecimal.
    pub(super) fn finish(mut self) -> io::Result<(u64, String)> {
        self.end_sync()?;
        self.file.sync_all()?;
        Ok((self.bytes, hex::encode(self.hasher.finalize())))
    }

    /// Begins to bring to disk what there is, unless it is at that still.
    fn begin_sync(&mut self) -> io::Result<()> {
        if self
            .syncing
            .as_ref()
            .is_some_and(|syncing| !syncing.is_finished())
        {
            return Ok(());
        }
        self.end_sync()?;
        let file = self.file.try_clone()?;
        self.syncing = Some(std::thread::spawn(move || file.sync_data()));
        self.unsynced = 0;
        Ok(())
    }

    fn end_sync(&mut self) -> io::Result<()> {
        match self.syncing.take() {
            None => Ok(()),
            Some(syncing) => syncing
                .join()
                .map_err(|_| io::Error::other("the thread that waits for the disk panicked"))?,
        }
    }
}

impl Write for HashingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        self.unsynced += written as u64;
        if self.unsynced >= SYNC_BYTES {
            self.begin_sync()?;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
