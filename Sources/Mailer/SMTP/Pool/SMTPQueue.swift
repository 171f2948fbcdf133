/// Messages that wait, first come, first served.
struct SMTPQueue: Sendable {
    private var jobs: [SMTPJob?] = []
    /// The first job not yet taken.
    private var head = 0

    var count: Int { jobs.count - head }

    mutating func append(_ job: SMTPJob) { jobs.append(job) }

    /// Puts a job before all others.
    mutating func prepend(_ job: SMTPJob) {
        if head > 0 {
            head -= 1
            jobs[head] = job
        } else {
            jobs.insert(job, at: 0)
        }
    }

    /// Takes the first job, if there is one and it fits.
    mutating func popFirst(where fits: (SMTPJob) -> Bool = { _ in true }) -> SMTPJob? {
        guard head < jobs.count, let job = jobs[head], fits(job) else { return nil }
        jobs[head] = nil
        head += 1
        if head == jobs.count {
            jobs.removeAll(keepingCapacity: jobs.count < 1024)
            head = 0
        } else if head > 1024, head > jobs.count / 2 {
            jobs.removeFirst(head)
            head = 0
        }
        return job
    }

    /// Lets those go that nobody waits for any more.
    mutating func removeFinished() {
        jobs = jobs[head...].filter { $0?.isFinished == false }
        head = 0
    }

    mutating func removeAll() -> [SMTPJob] {
        defer { (jobs, head) = ([], 0) }
        return jobs[head...].compactMap { $0 }
    }
}
