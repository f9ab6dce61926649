//! Runs jobs in parallel and returns the results in the order of the jobs.

use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

/// The maximum number of threads: beyond it, parsing is limited by memory bandwidth.
const MOST_THREADS: usize = 8;

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
    // Reading the number of processors from the system takes longer than one small job.
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(most);
    if threads == 1 {
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
    thread::scope(|scope| {
        for _ in 1..threads {
            // If no thread can be started, this one does the work.
            let _ = thread::Builder::new().spawn_scoped(scope, run);
        }
        run();
    });
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
