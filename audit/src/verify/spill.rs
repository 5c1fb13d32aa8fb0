//! Sorts more records than memory should hold: full runs go to files without a name, and are merged at the end.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, Write as _};

/// Four numbers, the most important first.
pub(super) type Record = [u64; 4];

const RECORD_BYTES: usize = 32;

/// Records on their way to being sorted.
#[derive(Debug)]
pub(super) struct Spill {
    run_records: usize,
    newest: Vec<Record>,
    runs: Vec<File>,
}

impl Spill {
    /// Holds at most so many records in memory.
    pub(super) const fn new(run_records: usize) -> Self {
        Self {
            run_records,
            newest: Vec::new(),
            runs: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, record: Record) -> io::Result<()> {
        if self.newest.len() >= self.run_records {
            self.write_run()?;
        }
        self.newest.push(record);
        Ok(())
    }

    fn write_run(&mut self) -> io::Result<()> {
        self.newest.sort_unstable();
        let mut writer = BufWriter::new(tempfile::tempfile()?);
        for record in self.newest.drain(..) {
            for number in record {
                writer.write_all(&number.to_be_bytes())?;
            }
        }
        let mut file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.runs.push(file);
        Ok(())
    }

    /// Hands over all records in order.
    pub(super) fn finish(mut self, mut each: impl FnMut(Record)) -> io::Result<()> {
        self.newest.sort_unstable();
        let mut runs: Vec<Run> = self
            .runs
            .into_iter()
            .map(|file| Run::File(BufReader::new(file)))
            .collect();
        runs.push(Run::Memory(self.newest.into_iter()));
        let mut heads = BinaryHeap::new();
        for (number, run) in runs.iter_mut().enumerate() {
            heads.extend(run.next()?.map(|record| Reverse((record, number))));
        }
        while let Some(Reverse((record, number))) = heads.pop() {
            each(record);
            heads.extend(runs[number].next()?.map(|record| Reverse((record, number))));
        }
        Ok(())
    }
}

enum Run {
    File(BufReader<File>),
    Memory(std::vec::IntoIter<Record>),
}

impl Run {
    fn next(&mut self) -> io::Result<Option<Record>> {
        match self {
            Self::Memory(records) => Ok(records.next()),
            Self::File(reader) => {
                let mut bytes = [0; RECORD_BYTES];
                match reader.read_exact(&mut bytes) {
                    Ok(()) => {}
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
                    Err(error) => return Err(error),
                }
                let mut record = Record::default();
                let (numbers, _) = bytes.as_chunks::<8>();
                for (number, bytes) in record.iter_mut().zip(numbers) {
                    *number = u64::from_be_bytes(*bytes);
                }
                Ok(Some(record))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_out_in_order_whether_they_fit_in_memory_or_not() {
        for run_records in [1, 7, 100, 1000] {
            let mut spill = Spill::new(run_records);
            let records: Vec<Record> = (0..100_u64).map(|n| [n * 37 % 101, n, 0, u64::MAX - n]).collect();
            for record in &records {
                spill.push(*record).unwrap();
            }
            let mut sorted = Vec::new();
            spill.finish(|record| sorted.push(record)).unwrap();
            let mut expected = records;
            expected.sort_unstable();
            assert_eq!(sorted, expected, "{run_records} in memory");
        }
    }
}
