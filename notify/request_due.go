package notify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// errands lists what is due about the issues. It is pure but for letter, which finds a
// letter of ours by its key: after an outage it gives what a daemon that never slept would
// still send, and no letter twice.
func errands(f facts, issues []state.Issue, contacts state.Contacts, letter func(key string) *state.Letter, say consent) ([]errand, error) {
	d := docket{f, issues, contacts, letter, say, map[string]int{}}
	for _, i := range issues {
		for _, a := range i.Asks {
			if f.now.Sub(a.At) < askSpan {
				d.count(a.Units)
			}
		}
	}
	out, err := d.allowed()
	if err != nil {
		return nil, err
	}
	allowed := map[string]bool{}
	for _, e := range out {
		allowed[e.issue.ID] = true
	}
	for _, i := range issues {
		if !i.Closed.IsZero() || allowed[i.ID] {
			continue
		}
		out = append(out, d.urgent(i)...)
		out = append(out, d.answers(i)...)
		if i.Merged != "" {
			continue
		}
		if e, ok := d.handing(i); ok && d.asksFirst(e) {
			if e.topic = state.TopicProposal; !d.consent.asked(handOverKey(e)) {
				out = append(out, e)
			}
		} else if ok {
			d.count(e.ask.Units)
			out = append(out, e)
			continue
		}
		if e, ok := d.reminder(i); ok {
			out = append(out, e)
		}
	}
	return out, nil
}

// docket is what errands are found from.
type docket struct {
	facts
	issues   []state.Issue
	contacts state.Contacts
	letter   func(key string) *state.Letter
	consent  consent
	handed   map[string]int // requests of the last day, by department
}

// full reports whether one of the departments got as many requests in a day as one can read;
// the rest come later, and their clocks start then.
func (d docket) full(units []string) bool {
	return slices.ContainsFunc(units, func(id string) bool { return d.handed[id] >= maxAsks })
}

func (d docket) count(units []string) {
	for _, id := range units {
		d.handed[id]++
	}
}

func (d docket) about(topic state.Topic, i state.Issue) errand {
	return errand{topic: topic, issue: i, askers: d.askers(i), polled: d.sweep, project: d.roster.Project(i.Project)}
}

// askers are the departments that reported an issue: its own and those of the issues that go
// on under its number.
func (d docket) askers(i state.Issue) []string {
	out := []string{i.Asker(d.roster)}
	for _, o := range d.issues {
		if id := o.Asker(d.roster); o.Merged == i.ID && o.Closed.IsZero() && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// handing is the next round of an issue's request, when it is to be handed over: it was never,
// or was said otherwise since, or the last answer did not do. It waits for a better version of
// the report, and for the correction of its row.
func (d docket) handing(i state.Issue) (errand, bool) {
	if d.quiet() || i.Request == "" || len(d.weeks) == 0 {
		return errand{}, false
	}
	units, others := d.asked(i)
	last := i.LastAsk()
	again := last != nil && (last.Unsolved() != "" || d.elsewhere(*last))
	if last != nil && !again && state.SameWords(last.Text, i.Request) && slices.Equal(last.Units, units) && slices.Equal(last.Others, others) {
		return errand{}, false
	}
	if !again && (i.Seen.Before(d.weeks[0].deadline.Week) || !d.settled(d.schedule.Deadline(i.Seen), i.Changed) || d.waits(i)) || d.full(units) {
		return errand{}, false
	}
	e := d.about(state.TopicRequest, i)
	e.ask = state.Ask{Round: len(i.Asks) + 1, Text: i.Request, Units: units, Others: others, At: d.now}
	if again {
		e.ask.Reason = last.Unsolved()
	}
	e.due = d.schedule.AnswerDue(d.now)
	return e, true
}

// lost reports whether the letter that handed a request over went to an address from which
// letters come back: nothing counts as delivered there.
func (d docket) lost(a state.Ask) (to string, lost bool) {
	l := d.letter(a.Letter)
	if l == nil || len(a.Units) == 0 || len(a.Answers) > 0 {
		return "", false
	}
	to = l.Deliveries[0].To
	return to, d.contacts.Failing(to)
}

// elsewhere reports whether a lost request can be sent to somebody who stands in.
func (d docket) elsewhere(a state.Ask) bool {
	to, lost := d.lost(a)
	dept := d.roster.Dept(firstOf(a.Units))
	return lost && dept != nil && !strings.EqualFold(d.contacts.Reach(*dept), to)
}

func firstOf(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}

// waits reports whether the row that speaks of the issue waits for a correction.
func (d docket) waits(i state.Issue) bool {
	for _, w := range d.weeks {
		if dw := w.depts[i.Asker(d.roster)]; w.deadline.Week == i.Seen && dw != nil && slices.Contains(dw.Wait, i.Project) {
			return true
		}
	}
	return false
}

// asked parts the units of a request into departments that can be written to, the one named
// first leading, and all others. Who asks is not asked.
func (d docket) asked(i state.Issue) (units, others []string) {
	for _, id := range i.Units {
		dept := d.roster.Dept(id)
		switch {
		case id == i.Asker(d.roster):
		case dept != nil && dept.Valid(d.now) && d.contacts.Reach(*dept) != "":
			units = append(units, id)
		default:
			others = append(others, id)
		}
	}
	return units, others
}

// reminder is the newest step of a request left unanswered. Like all reminders it needs a
// mailbox that was read after the step's time; a step that a later one overtook is dropped.
func (d docket) reminder(i state.Issue) (errand, bool) {
	ask := i.LastAsk()
	if ask == nil || len(ask.Units) == 0 || len(ask.Answers) > 0 || d.quiet() || d.now.Sub(d.sweep) > freshSweep {
		return errand{}, false
	}
	l := d.letter(ask.Letter)
	if _, lost := d.lost(*ask); lost || l == nil || l.Delivered().IsZero() {
		return errand{}, false // the clock has not started
	}
	e := d.about(state.TopicRequestDue, i)
	e.ask, e.letter, e.due = *ask, l, d.schedule.AnswerDue(l.Delivered())
	newest := d.newest(l.Delivered())
	e.step = newest.step
	if e.step == 0 || d.sweep.Before(newest.at) || d.letter(e.occasion().Key()) != nil {
		return errand{}, false
	}
	return e, true
}

type askStep struct {
	step int
	at   time.Time
}

// newest is the last step whose time has come; the zero step for none, and for a warning that
// is none any more.
func (d docket) newest(delivered time.Time) (newest askStep) {
	for _, s := range d.steps(delivered) {
		if !s.at.After(d.now) {
			newest = s
		}
	}
	if newest.step == askWarning && !d.now.Before(d.schedule.AnswerDue(delivered)) {
		return askStep{}
	}
	return newest
}

// steps are the times at which an unanswered request is called to mind. The head is not told
// by a calendar that is a guess.
func (d docket) steps(delivered time.Time) []askStep {
	due := d.schedule.AnswerDue(delivered)
	out := []askStep{
		{askWarning, d.schedule.AnswerWarning(delivered)},
		{askOverdue, due.Add(state.LastSecond + d.schedule.Grace)},
	}
	if head := askHeadClock.On(d.schedule.Calendar.AddWorkdays(due, 1)); !d.schedule.Calendar.Provisional(head.Year()) {
		out = append(out, askStep{askHead, head})
	}
	return out
}

// answers lists the answers to an issue that whoever asked has not been told of.
func (d docket) answers(i state.Issue) []errand {
	if d.quiet() {
		return nil
	}
	var out []errand
	n := 0
	for _, ask := range i.Asks {
		for k, a := range ask.Answers {
			n++
			if a.Passed == "" {
				e := d.about(state.TopicAnswered, i)
				e.ask, e.answer, e.key = ask, k, fmt.Sprint(n)
				out = append(out, e)
			}
		}
	}
	return out
}

// urgent is the alert of an urgent word, once for the same words: at any hour for 特急, in
// the morning for 紧急.
func (d docket) urgent(i state.Issue) []errand {
	if i.Urgency == "" || i.Urgency == state.Urgent && d.quiet() || d.now.Sub(i.Changed) > urgentNews {
		return nil
	}
	e := d.about(state.TopicUrgent, i)
	e.ask.Units, e.ask.Others = d.asked(i)
	e.key = urgentKey(i)
	if d.letter(e.occasion().Key()) != nil {
		return nil
	}
	return []errand{e}
}

// urgentKey names the words of an urgent issue.
func urgentKey(i state.Issue) string {
	return digestOf(string(i.Urgency) + "\x00" + i.Text + "\x00" + i.Request)
}
