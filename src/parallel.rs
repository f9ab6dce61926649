//! Runs jobs in parallel and returns the results in the order of the jobs.

use std::sync::atomic::{AtomicIsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;

/// The maximum number of threads: beyond it, parsing is limited by memory bandwidth.
const MOST_THREADS: usize = 8;

/// The number of threads that work, in all calls of [`map`], besides the one that began.
static BUSY: AtomicIsize = AtomicIsize::new(0);

/// A processor for one more thread. Calls within each other's jobs share the processors.
struct Processor;

impl Processor {
    fn take() -> Option<Self> {
        /// Reading the number from the system takes longer than one small job.
        static COUNT: OnceLock<isize> = OnceLock::new();
        let count =
            || thread::available_parallelism().map_or(1, |count| count.get().min(MOST_THREADS) as isize);
        let count = *COUNT.get_or_init(count);
        let more = |busy: isize| (busy + 1 < count).then_some(busy + 1);
        let is_free = BUSY.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok();
        // Not `then_some`: a processor that was not taken would be made and given back.
        is_free.then(|| Self)
    }
}

impl Drop for Processor {
    fn drop(&mut self) {
        BUSY.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Lets others have the processor of this thread, which waits.
struct Waiting;

impl Waiting {
    fn begin() -> Self {
        BUSY.fetch_sub(1, Ordering::Relaxed);
        Self
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        BUSY.fetch_add(1, Ordering::Relaxed);
    }
}

/// Runs `work` on every job, on as many threads as useful, and returns the results in the order of the jobs.
/// Jobs are pulled from the iterator when a thread is free.
pub fn map<Jobs, Done: Send>(jobs: Jobs, work: impl Fn(Jobs::Item) -> Done + Sync) -> Vec<Done>
where
    Jobs: IntoIterator<Item: Send, IntoIter: Send>,
{
    let mut jobs = jobs.into_iter();
    let Some(first) = jobs.next() else { return Vec::new() };
    let Some(second) = jobs.next() else { return vec![work(first)] };
    let most = jobs.size_hint().1.map_or(MOST_THREADS, |rest| rest.saturating_add(2)).min(MOST_THREADS);
    let jobs = [first, second].into_iter().chain(jobs);
    let processors: Vec<Processor> = std::iter::from_fn(Processor::take).take(most - 1).collect();
    if processors.is_empty() {
        return jobs.map(work).collect();
    }
    let queue = Mutex::new(jobs.enumerate());
    let done = Mutex::new(Vec::new());
    let run = || {
        loop {
            let next = queue.lock().map_or(None, |mut queue| queue.next());
            let Some((place, job)) = next else { break };
            let result = work(job);
            if let Ok(mut done) = done.lock() {
                done.push((place, result));
            }
        }
    };
    let waiting = thread::scope(|scope| {
        for processor in processors {
            let help = || {
                let _processor = processor;
                run();
            };
            // If no thread can be started, this one does the work.
            let _ = thread::Builder::new().spawn_scoped(scope, help);
        }
        run();
        Waiting::begin()
    });
    drop(waiting);
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Runs a small `work` on every item in batches, and returns the results in the order of the items.
pub fn map_small<'i, Item: Sync, Done: Send>(
    items: &'i [Item],
    work: impl Fn(&'i Item) -> Done + Sync,
) -> Vec<Done> {
    /// The number of items in a batch.
    const SHARE: usize = 64;
    let done = map(items.chunks(SHARE), |share: &'i [Item]| share.iter().map(&work).collect::<Vec<_>>());
    done.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Mutex;
    use std::thread;
    use std::time::Duration;

    use super::{MOST_THREADS, map};

    #[test]
    fn no_call_has_more_threads_than_there_are_processors() {
        let processors = thread::available_parallelism().map_or(1, |count| count.get().min(MOST_THREADS));
        // A call must leave as many processors to the next ones as it found.
        for _ in 0..=MOST_THREADS {
            let threads = Mutex::new(HashSet::new());
            map(0..4 * MOST_THREADS, |_| {
                if let Ok(mut threads) = threads.lock() {
                    threads.insert(thread::current().id());
                }
                thread::sleep(Duration::from_millis(1));
            });
            let threads = threads.into_inner().expect("no job panics").len();
            assert!((1..=processors).contains(&threads), "{threads} threads for {processors} processors");
        }
    }
}
