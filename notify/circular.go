package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// Circulars 通报批评 (article 16): when a week is frozen, its grounds make a draft the office is
// asked about. What it agrees to leaves word for word as it read it, unless the grounds have
// changed since: then nothing leaves and a new draft is made (circular_recall.go does the same
// for one that waits in the outbox).

// circularTail is how long after the freeze a week's draft is still made after an outage.
const circularTail = 7 * 24 * time.Hour

// circularDays is how many working days the office has for its word on a draft.
const circularDays = 5

// circulated is the body of a proposed circular: what is sent is exactly this.
type circulated struct {
	Round               int
	Subject, Text, HTML string
	Page                circularPage // what they were written from
	Grounds             []state.Ground
	Named               []string            // departments
	What                map[string][]string // by department, what the circular says of it
}

// circulars proposes the drafts of weeks just frozen and sends what the office agreed to.
func (p *Planner) circulars(ctx context.Context, f facts) error {
	var errs []error
	for _, w := range p.toDraft(f) {
		if err := p.draftCircular(ctx, f, w); err != nil {
			errs = append(errs, fmt.Errorf("draft circular of %s: %w", w, err))
		}
	}
	errs = append(errs, p.recallCirculars(ctx, f))
	return errors.Join(append(errs, p.carryOut(ctx, f, state.ProposalCircular, p.circulate))...)
}

// toDraft lists the weeks whose draft may be made now, oldest first: what came before they were
// frozen is known, so that nobody is named whose report lies unread.
func (p *Planner) toDraft(f facts) []state.Week {
	var out []state.Week
	if p.Circulars.Off() || f.quiet() {
		return nil
	}
	for w := f.schedule.Previously(f.schedule.Current(f.now)); len(out) < maxWeeks; w = f.schedule.Previously(w) {
		freeze := f.schedule.FreezeAt(w)
		if f.now.After(freeze.Add(circularTail)) {
			break
		}
		if !f.sweep.Before(freeze) {
			out = append(out, w)
		}
	}
	slices.Reverse(out)
	return out
}

// draftCircular makes the first draft of a week, once; a week without grounds is only marked.
func (p *Planner) draftCircular(ctx context.Context, f facts, w state.Week) error {
	var grounds []state.Ground
	looked := false
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		if _, looked, err = r.Circulated(w); err != nil || looked {
			return err
		}
		told, err := r.Frozen(w)
		if looked = !told; err != nil || looked {
			return err
		}
		grounds, err = p.grounds(r, f, w)
		return err
	})
	if err != nil || looked {
		return err
	}
	in := intent{also: func(r *state.Records) error { return r.PutCirculated(w, 0) }}
	if len(grounds) > 0 {
		q, err := p.Composer.circularProposal(w, 1, grounds, p.Circulars, f.now)
		if err != nil {
			return err
		}
		in.also = proposing(q, w, 1)
	}
	return p.queue(ctx, []intent{in}, f.now)
}

// proposing records a draft and its number in one transaction.
func proposing(q state.Proposal, w state.Week, round int) func(*state.Records) error {
	return func(r *state.Records) error {
		_, err := r.Propose(q)
		return errors.Join(err, r.PutCirculated(w, round))
	}
}

// grounds reads what the rules say of a frozen week now.
func (p *Planner) grounds(r *state.Records, f facts, w state.Week) ([]state.Ground, error) {
	var digests []*state.Digest
	for at, n := w, 0; n < p.Circulars.Reach(); at, n = f.schedule.Previously(at), n+1 {
		d, err := r.Digest(at)
		if err != nil {
			return nil, err
		}
		if d == nil {
			break
		}
		now, err := r.Standings(at)
		if err != nil {
			return nil, err
		}
		d.Reporting = d.Reporting.Since(now)
		digests = append(digests, d)
	}
	overdue, err := unanswered(r, f.schedule, f.schedule.FreezeAt(f.schedule.Previously(w)), f.schedule.FreezeAt(w))
	if err != nil {
		return nil, err
	}
	return p.Circulars.Grounds(f.roster, digests, overdue), nil
}

// unanswered lists the requests whose answer became due after one instant and not later than
// another, and that nobody answered yet.
func unanswered(r *state.Records, s *state.Schedule, after, until time.Time) ([]state.Overdue, error) {
	issues, err := r.OpenIssues()
	if err != nil {
		return nil, err
	}
	var out []state.Overdue
	for i := range issues {
		ask := issues[i].LastAsk()
		if !issues[i].Open() || ask == nil || len(ask.Units) == 0 || len(ask.Answers) > 0 {
			continue
		}
		l, err := r.Letter(ask.Letter)
		if err != nil {
			return nil, err
		}
		if l == nil || l.Delivered().IsZero() {
			continue // it never reached them: no clock runs
		}
		if due := s.AnswerDue(l.Delivered()); due.After(after) && !due.After(until) {
			out = append(out, state.Overdue{Issue: issues[i].ID, Project: issues[i].Project, Units: ask.Units, Due: due})
		}
	}
	return out, nil
}

// circulate sends an approved circular as it was read, or says why not: when the grounds are
// others now, the office is asked anew about what is left of them.
func (p *Planner) circulate(ctx context.Context, f facts, q state.Proposal) (intent, error) {
	if f.quiet() {
		return intent{}, nil // heads are not written to at night either
	}
	var body circulated
	if err := json.Unmarshal(q.Body, &body); err != nil {
		return intent{}, fmt.Errorf("read the draft: %w", err)
	}
	var now []state.Ground
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		now, err = p.grounds(r, f, q.Week)
		return err
	})
	if err != nil {
		return intent{}, fmt.Errorf("read the grounds again: %w", err)
	}
	if !sameGrounds(now, body.Grounds) {
		return p.redraft(f, q, body, now)
	}
	draft, err := p.Composer.Circular(q.Week, body, p.Circulars, f.now)
	if err != nil {
		return intent{}, err
	}
	due := p.Composer.rectifyBy(p.Circulars, f.now)
	return p.ready(draft, f.now, func(r *state.Records) error {
		for _, dept := range body.Named {
			t := state.Rectification{Circular: draft.Key, Week: q.Week, Dept: dept, What: body.What[dept], Due: due}
			if err := r.PutRectification(t); err != nil {
				return err
			}
		}
		return done(q, f.now, "").also(r)
	})
}

// rectifyBy is until when what a circular of now names is to be put right.
func (c *Composer) rectifyBy(rule state.CircularRule, now time.Time) time.Time {
	return c.Schedule.At.On(c.Schedule.Calendar.AddWorkdays(now.In(c.Schedule.Zone), rule.Rectify))
}

// circularPage is the data of circular.*.tmpl.
type circularPage struct {
	Frame   frame
	Units   []circularUnit
	Count   int
	Rectify string // how many working days
}

// circularUnit is one department of a circular and what is said of it.
type circularUnit struct {
	Unit string
	What []string
}

// circularKey is the identity of a week's draft.
func circularKey(w state.Week, round int) string {
	return fmt.Sprintf("%s/%s/%d", state.ProposalCircular, w, round)
}

// circularProposal draws a draft and asks the office about it.
func (c *Composer) circularProposal(w state.Week, round int, grounds []state.Ground, rule state.CircularRule, now time.Time) (state.Proposal, error) {
	body := circulated{Round: round, Grounds: grounds, What: map[string][]string{}}
	for _, g := range grounds {
		if !slices.Contains(body.Named, g.Dept) {
			body.Named = append(body.Named, g.Dept)
		}
		what, err := c.ground(g)
		if err != nil {
			return state.Proposal{}, err
		}
		body.What[g.Dept] = append(body.What[g.Dept], what)
	}
	page := circularPage{Count: len(body.Named), Rectify: count(rule.Rectify)}
	for _, dept := range body.Named {
		page.Units = append(page.Units, circularUnit{c.addressed(dept).Unit, body.What[dept]})
	}
	d := c.letter(state.Occasion{Topic: state.TopicCircular, Week: w, Target: "departments", Round: round}, nil, now)
	page.Frame = c.frame(d, "")
	page.Frame.Shadow = ""
	body.Page = page
	var err error
	if body.Subject, body.Text, body.HTML, err = c.Pages.Render("circular", page); err != nil {
		return state.Proposal{}, fmt.Errorf("write %s: %w", d.Key, err)
	}
	q := state.Proposal{
		Key: circularKey(w, round), Kind: state.ProposalCircular, Week: w,
		Made: now, Expires: c.Schedule.At.On(c.Schedule.Calendar.AddWorkdays(now.In(c.Schedule.Zone), circularDays)),
	}
	if q.Body, err = json.Marshal(body); err != nil {
		return state.Proposal{}, fmt.Errorf("write the draft: %w", err)
	}
	return c.asked(q, "circular", askCircular{w.Spoken(), count(len(body.Named)), body.Subject, textLines(body.Text)})
}

// askCircular is the data of ask-circular.txt.tmpl.
type askCircular struct {
	Week, Count, Subject string
	Lines                []string // of the letter, as it would leave
}

// textLines are the lines of a letter that say something, without the points a list gives
// them: the proposal's own list has points too.
func textLines(text string) []string {
	var out []string
	for l := range strings.Lines(text) {
		if l = strings.TrimPrefix(strings.TrimSpace(l), "· "); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// groundPage is the data of ground.txt.tmpl: why a department is named, with its evidence.
type groundPage struct {
	Kind    string // "late", "stale", "answer"
	Project string
	Count   string
	Weeks   []groundWeek
	Issue   string
	Due     string // when the answer was due
}

// groundWeek is one week of it; How is "" where no report is spoken of.
type groundWeek struct{ Week, How string }

// ground says why a department is named.
func (c *Composer) ground(g state.Ground) (string, error) {
	p := groundPage{Kind: string(g.Kind), Project: c.named([]string{g.Project})[0].Name, Count: count(len(g.Weeks)), Issue: g.Issue}
	for i, w := range slices.Backward(g.Weeks) {
		week := groundWeek{Week: w.Spoken()}
		if i < len(g.How) {
			week.How = g.How[i]
		}
		p.Weeks = append(p.Weeks, week)
	}
	if !g.Due.IsZero() {
		p.Due = c.at(g.Due)
	}
	lines, err := c.Pages.Say("ground", p)
	if err != nil {
		return "", fmt.Errorf("word the ground %s of %s: %w", g.Kind, g.Dept, err)
	}
	return strings.Join(lines, ""), nil
}

// Circular is an approved circular: the very words the office read, to the heads of those it
// names and the circulation list, with a copy to the office.
func (c *Composer) Circular(w state.Week, body circulated, rule state.CircularRule, now time.Time) (Draft, error) {
	var to []state.Delivery
	for _, id := range body.Named {
		if dept := c.Roster.Dept(id); dept != nil {
			head := dept.HeadMail
			if head == "" || c.Contacts.Failing(head) {
				head = c.Contacts.Reach(*dept)
			}
			to = addTo(to, head, false)
		}
	}
	for _, addr := range rule.To {
		to = addTo(to, addr, true)
	}
	to = addTo(to, c.Office.Mail, true)
	d := c.letter(state.Occasion{Topic: state.TopicCircular, Week: w, Target: "departments", Round: body.Round}, to, now)
	if c.Shadow {
		page := body.Page
		page.Frame = c.frame(d, "")
		return c.render(d, "circular", page)
	}
	d.Subject, d.Text, d.HTML = body.Subject, body.Text, body.HTML
	return d, nil
}
