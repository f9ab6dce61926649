//! Work shared out over the processors, with its results in the order of the work.

use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

/// More threads than this are not started, however many processors there are: reading waits for memory by then.
const MOST_THREADS: usize = 8;

/// Does `work` on every job, on as many threads as are useful, and returns the results in the order of the jobs.
pub fn map<Job: Send, Done: Send>(jobs: Vec<Job>, work: impl Fn(Job) -> Done + Sync) -> Vec<Done> {
    // How many processors there are is asked of the system's files, which takes longer than one small job.
    let threads = match jobs.len() {
        0 | 1 => 1,
        jobs => thread::available_parallelism().map_or(1, NonZero::get).min(MOST_THREADS).min(jobs),
    };
    if threads == 1 {
        return jobs.into_iter().map(work).collect();
    }
    let mut done: Vec<Option<Done>> = jobs.iter().map(|_| None).collect();
    // Each job with the place of its result, so that no thread waits for another's.
    let queue = Mutex::new(jobs.into_iter().zip(done.iter_mut()));
    let next = || queue.lock().map_or(None, |mut queue| queue.next());
    let run = || {
        while let Some((job, place)) = next() {
            *place = Some(work(job));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // Where no thread can be had, this one does the work.
            let _ = thread::Builder::new().spawn_scoped(scope, run);
        }
        run();
    });
    done.into_iter().flatten().collect()
}

/// Does a little `work` on every item, many at a time, and returns the results in the order of the items.
pub fn map_small<Item: Sync, Done: Send>(items: &[Item], work: impl Fn(&Item) -> Done + Sync) -> Vec<Done> {
    /// How many items one thread takes at a time.
    const SHARE: usize = 64;
    let shares = items.chunks(SHARE).collect();
    let done = map(shares, |share: &[Item]| share.iter().map(&work).collect::<Vec<_>>());
    done.into_iter().flatten().collect()
}
