//! Work shared out over the processors, with its results in the order of the work.

use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

/// More threads than this are not started, however many processors there are: reading waits for memory by then.
const MOST_THREADS: usize = 8;

/// Does `work` on every job, on as many threads as are useful, and returns the results in the order of the jobs. A job
/// is asked for when a thread is free for it.
pub fn map<Jobs, Done: Send>(jobs: Jobs, work: impl Fn(Jobs::Item) -> Done + Sync) -> Vec<Done>
where
    Jobs: IntoIterator<Item: Send, IntoIter: Send>,
{
    let mut jobs = jobs.into_iter();
    let Some(first) = jobs.next() else { return Vec::new() };
    let Some(second) = jobs.next() else { return vec![work(first)] };
    let most = jobs.size_hint().1.map_or(MOST_THREADS, |rest| rest.saturating_add(2)).min(MOST_THREADS);
    let jobs = [first, second].into_iter().chain(jobs);
    // How many processors there are is asked of the system's files, which takes longer than one small job.
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
            // Where no thread can be had, this one does the work.
            let _ = thread::Builder::new().spawn_scoped(scope, run);
        }
        run();
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Does a little `work` on every item, many at a time, and returns the results in the order of the items.
pub fn map_small<'i, Item: Sync, Done: Send>(
    items: &'i [Item],
    work: impl Fn(&'i Item) -> Done + Sync,
) -> Vec<Done> {
    /// How many items one thread takes at a time.
    const SHARE: usize = 64;
    let done = map(items.chunks(SHARE), |share: &'i [Item]| share.iter().map(&work).collect::<Vec<_>>());
    done.into_iter().flatten().collect()
}
