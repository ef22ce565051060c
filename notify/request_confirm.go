package notify

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// `requests: {hand_over: confirm}` (mails, row 21: office confirms or rule): the office is asked
// before a request is handed over. The clock of three working days starts with the delivery to
// the department that leads, as always; silence hands nothing over. Units the office named
// itself are not asked about again, nor is a letter that came back and goes to who stands in.

// handOverWithin is how long the office has to agree.
const handOverWithin = 3 // working days

// consent is what is known of the office's say over requests.
type consent struct {
	needed bool                       // the mode: nothing is handed over without it
	asked  func(handover string) bool // whether the office was ever asked
	agreed []state.Proposal           // and agreed, and nothing followed yet
}

// handedOver is the body of such a proposal.
type handedOver struct {
	Issue string    `json:"issue"`
	Ask   state.Ask `json:"ask"`
}

// handOverKey names what is asked: other words, other units or a new reason ask anew.
func handOverKey(e errand) string {
	said := strings.Join(slices.Concat([]string{e.ask.Text, e.ask.Reason}, e.ask.Units, []string{""}, e.ask.Others), "\x00")
	return fmt.Sprintf("%s/%s/%d-%s", state.ProposalHandOver, e.issue.ID, e.ask.Round, digestOf(said))
}

// asksFirst reports whether the office must agree to a handing over.
func (d docket) asksFirst(e errand) bool {
	last := e.issue.LastAsk()
	again := last != nil && e.ask.Reason == "" && state.SameWords(last.Text, e.ask.Text) && slices.Equal(last.Units, e.ask.Units)
	return d.consent.needed && len(e.ask.Units) > 0 && !again && !e.issue.Assigned()
}

// allowed turns what the office agreed to into errands: the request as it saw it, or none where
// the issue reads otherwise by now. What must wait for the morning, or for room, waits.
func (d docket) allowed() (due []errand, err error) {
	for _, q := range d.consent.agreed {
		var body handedOver
		if err := json.Unmarshal(q.Body, &body); err != nil {
			return nil, fmt.Errorf("read %s: %w", q.Key, err)
		}
		at := slices.IndexFunc(d.issues, func(i state.Issue) bool { return i.ID == body.Issue })
		if at < 0 { // closed before the office agreed: it is not among the open ones any more
			due = append(due, errand{topic: state.TopicRequest, issue: state.Issue{ID: body.Issue}, proposal: &q, moot: true})
			continue
		}
		i := d.issues[at]
		e := d.about(state.TopicRequest, i)
		e.ask, e.ask.At, e.proposal = body.Ask, d.now, &q
		units, others := d.asked(i)
		e.moot = !i.Open() || len(i.Asks)+1 != body.Ask.Round || !state.SameWords(i.Request, body.Ask.Text) ||
			!slices.Equal(units, body.Ask.Units) || !slices.Equal(others, body.Ask.Others)
		if !e.moot && (d.quiet() || d.full(units)) {
			continue
		}
		e.due = d.schedule.AnswerDue(d.now)
		if !e.moot {
			d.count(units)
		}
		due = append(due, e)
	}
	return due, nil
}

// askHandOver is the data of ask-handover.txt.tmpl.
type askHandOver struct {
	No, Asker, Problem, Ask string
	Project                 projectLine
	Units, Others           string // the one that leads first
	Several                 bool   // departments
	Level                   string // 紧急 or 特急
	Reason                  string // why the answer before did not do
}

// handOverProposal is what the office is asked about one request.
func (c *Composer) handOverProposal(e errand, now time.Time) (state.Proposal, error) {
	q := state.Proposal{
		Kind: state.ProposalHandOver, Key: handOverKey(e), Week: c.Schedule.Running(now), Made: now,
		Expires: c.Schedule.At.On(c.Schedule.Calendar.AddWorkdays(now.In(c.Schedule.Zone), handOverWithin)),
	}
	var err error
	if q.Body, err = json.Marshal(handedOver{Issue: e.issue.ID, Ask: e.ask}); err != nil {
		return state.Proposal{}, fmt.Errorf("write down %s: %w", q.Key, err)
	}
	return c.asked(q, "handover", askHandOver{
		No: e.issue.ID, Asker: c.units(e.askers), Problem: trim(e.issue.Text, quoteText), Ask: trim(e.ask.Text, quoteText), Project: c.named([]string{e.issue.Project})[0],
		Units: c.units(e.ask.Units), Others: c.units(e.ask.Others), Several: len(e.ask.Units) > 1, Level: string(e.issue.Urgency), Reason: trim(e.ask.Reason, quoteText),
	})
}
