package notify

import (
	"slices"
	"time"

	"duban/state"
)

// What keeps a letter from leaving on stale knowledge.
const (
	// freshSweep is how old the last complete poll may be when somebody is reminded; with a
	// mailbox out of reach for longer nobody is. An ordinary tick reads it right before.
	freshSweep = time.Hour
	// answerAnyway is how long an answer waits for a complete poll that could bring a newer
	// version; the limit of one working day does not wait for our mailbox.
	answerAnyway = time.Hour
	// previewAnyway and summaryAnyway are how long the readers' letters wait for a complete
	// poll before they leave with the time their figures are of.
	previewAnyway = 30 * time.Minute
	summaryAnyway = 2 * time.Hour
	// noSettle is the last stretch before a deadline in which every version is answered at
	// once: there is no time to wait for a better one.
	noSettle = 30 * time.Minute
)

// facts is everything that what is due follows from.
type facts struct {
	now      time.Time
	sweep    time.Time // when the last complete poll began: what came before is known
	schedule *state.Schedule
	roster   *state.Roster
	weeks    []weekFacts // oldest first
	contacts state.Contacts
	skew     state.Skew // how far our clock and the mail server's are apart
}

// weekFacts is one week as the store has it.
type weekFacts struct {
	deadline state.Deadline
	depts    map[string]*state.DeptWeek
	exempt   state.Exempted // what need not report
	letters  []state.Letter
	told     bool // its digest is frozen
	hold     state.Hold
}

// job is one letter that is due and what it is about.
type job struct {
	topic state.Topic
	week  *weekFacts
	dept  string
	round int
	try   int // answers: index of the try
	reply int // answers to a reply by number: its index + 1; 0 for a try
	// ruling is the index + 1 of the office's word on a dispute; 0 for none.
	ruling int
	step   state.Step // reminders
	asOf   time.Time  // editions: the figures are of this instant
	mute   bool       // editions: only freeze the digest, the letter's time is long past
}

// due lists the letters that are due, oldest week first. It is a pure function: after an
// outage of any length it gives what a daemon that never slept would still send, and no
// letter twice.
func due(f facts) []job {
	var jobs []job
	for i := range f.weeks {
		w := &f.weeks[i]
		jobs = append(jobs, f.offers(w)...)
		jobs = append(jobs, f.answers(w)...)
		jobs = append(jobs, f.reminders(w)...)
		jobs = append(jobs, f.resubmissions(w)...)
		jobs = append(jobs, f.decided(w)...)
		jobs = append(jobs, f.editions(w)...)
		jobs = append(jobs, f.corrected(w)...)
	}
	return jobs
}

// quiet reports whether departments are left alone now. Their letters are not queued until
// the morning either, so that they are written from what is known then.
func (f facts) quiet() bool { return f.schedule.AfterQuiet(f.now).After(f.now) }

// answers lists the receipts and corrections due for a week: one per department, for its
// last try. A try that a later one overtook before it was answered gets no letter.
func (f facts) answers(w *weekFacts) []job {
	if f.quiet() || f.now.After(f.schedule.AnsweredUntil(w.deadline.Week)) {
		return nil
	}
	var jobs []job
	for _, dept := range f.roster.Depts {
		d := w.depts[dept.ID]
		if j, ok := f.ruled(w, d); ok {
			jobs = append(jobs, j)
			continue
		}
		at := w.toAnswer(d)
		if at < 0 {
			if j, ok := f.reply(w, d); ok {
				jobs = append(jobs, j)
			}
			continue
		}
		if !f.settled(w.deadline, d.Tries[at].Received) && !expires(d.Tries[at]) {
			continue
		}
		topic := state.TopicReceipt
		switch {
		case d.Tries[at].Unverified:
			topic = state.TopicFault
		case d.Tries[at].Decision == state.DecisionCorrect:
			topic = state.TopicCorrection
		}
		jobs = append(jobs, job{topic: topic, week: w, dept: dept.ID, try: at, round: w.freeRound(topic, dept.ID)})
	}
	return jobs
}

// expires reports whether a report lies where the department may find it gone (网盘, 超大附件): that
// is told at once, no second version is waited for.
func expires(t state.Try) bool {
	return slices.ContainsFunc(t.Findings, func(f state.Finding) bool {
		return f.Rule == "link-attachment" && f.Level == state.LevelError
	})
}

// reply finds the last answer by number of a department that is still to be acknowledged.
// One that a workbook overtook is not: the answer to the workbook says it all. Nor is one
// that settles some questions and leaves others, while nothing is open: there is nothing to
// tell that the department does not know, and questions bind nobody.
func (f facts) reply(w *weekFacts, d *state.DeptWeek) (job, bool) {
	if d == nil || len(d.Replies) == 0 {
		return job{}, false
	}
	at := len(d.Replies) - 1
	r := d.Replies[at]
	if last := d.Last(); last != nil && last.Received.After(r.Received) || w.answered(d.Dept, r.Mail) || !f.settled(w.deadline, r.Received) {
		return job{}, false
	}
	if r.Closed.IsZero() && len(d.Open)+len(d.Parked) == 0 && unexplained(d) {
		return job{}, false
	}
	return job{topic: state.TopicReceipt, week: w, dept: d.Dept, reply: at + 1, round: w.freeRound(state.TopicReceipt, d.Dept)}, true
}

// unexplained reports whether a question of the department's last report is still without an
// explanation.
func unexplained(d *state.DeptWeek) bool {
	last := d.Last()
	return last != nil && len(told(last.Findings, state.LevelWarning)) > 0
}

// toAnswer is the index of the try a letter is due on: the last one, and one that stands as it
// came because its own letter could not leave in time. -1 when there is none.
func (w *weekFacts) toAnswer(d *state.DeptWeek) int {
	at := lastToAnswer(d)
	if at < 0 || !w.answered(d.Dept, d.Tries[at].Mail) {
		return at
	}
	return slices.IndexFunc(d.Tries, func(t state.Try) bool {
		return t.Unverified && !w.answered(d.Dept, t.Mail) && slices.ContainsFunc(d.Rows, func(c state.Counted) bool { return c.Mail == t.Mail && c.Unverified })
	})
}

// lastToAnswer is the index of the last try a letter answers; -1 when there is none.
func lastToAnswer(d *state.DeptWeek) int {
	if d == nil {
		return -1
	}
	for i := len(d.Tries) - 1; i >= 0; i-- {
		if t := d.Tries[i].Decision; t == state.DecisionAccept || t == state.DecisionCorrect {
			return i
		}
	}
	return -1
}

// settled reports whether the time for a better version is over, and the mailbox was read
// since.
func (f facts) settled(d state.Deadline, received time.Time) bool {
	ready := received.Add(f.schedule.Settle)
	if last := d.Due.Add(-noSettle); !received.Before(last) && !received.After(d.Due.Add(time.Minute)) {
		ready = received
	}
	return !f.now.Before(ready) && (!f.sweep.Before(ready) || f.now.After(ready.Add(answerAnyway)))
}

// editions lists the preview and the summary of a week. A summary that is due when the
// next one is already too is not sent any more; its digest is frozen all the same, because
// the next week counts from it.
func (f facts) editions(w *weekFacts) []job {
	week := w.deadline.Week
	if w.deadline.Skipped || w.told || f.sweep.IsZero() {
		return nil
	}
	summary, preview := f.schedule.SummaryAt(week), f.schedule.PreviewAt(week)
	asOf := f.now
	if !f.now.Before(summary) {
		if f.sweep.Before(summary) {
			if f.now.Before(summary.Add(summaryAnyway)) {
				return nil
			}
			asOf = f.sweep
		}
		mute := !f.now.Before(f.schedule.SummaryAt(f.schedule.Next(week)))
		if w.hold.Held && !mute {
			return nil // until the office says 发送, or the next week's letter makes this one pointless
		}
		return []job{{topic: state.TopicSummary, week: w, asOf: asOf, mute: mute}}
	}
	o := state.Occasion{Topic: state.TopicPreview, Week: week, Target: "office"}
	if f.now.Before(preview) || w.has(o.Key()) || f.sweep.Before(preview) && f.now.Before(preview.Add(previewAnyway)) {
		return nil
	}
	if f.sweep.Before(preview) {
		asOf = f.sweep
	}
	return []job{{topic: state.TopicPreview, week: w, asOf: asOf}}
}

// has reports whether the letter was queued before.
func (w *weekFacts) has(key string) bool {
	return slices.ContainsFunc(w.letters, func(l state.Letter) bool { return l.Key == key })
}

// answered reports whether a department was answered to a mail, or will be by a letter that
// waits.
func (w *weekFacts) answered(dept, mail string) bool {
	return slices.ContainsFunc(w.letters, func(l state.Letter) bool {
		return l.Dept == dept && l.Cause == mail && !givenUp(&l) && (l.Kind == state.TopicReceipt || l.Kind == state.TopicCorrection || l.Kind == state.TopicFault)
	})
}

// freeRound is the number of the next letter of a kind to a department.
func (w *weekFacts) freeRound(topic state.Topic, dept string) int {
	n := 1
	for w.has((state.Occasion{Topic: topic, Week: w.deadline.Week, Target: dept, Round: n}).Key()) {
		n++
	}
	return n
}

// lastCorrection is the last letter of correction to a department; nil when there is none. One
// that was given up before any copy left told nobody anything.
func (w *weekFacts) lastCorrection(dept string) *state.Letter {
	var last *state.Letter
	for i, l := range w.letters {
		if l.Kind == state.TopicCorrection && l.Dept == dept && !givenUp(&w.letters[i]) && (last == nil || l.Round > last.Round) {
			last = &w.letters[i]
		}
	}
	return last
}
