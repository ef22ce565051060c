package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// Up the line to the lead leaders: whoever is still missing when the ladder of reminders is
// at its end stands on one list per leader, which the office is asked about. Only with its
// 同意 a leader hears of it, and then of what is still missing at that moment: the list is
// never longer than the one the office saw.

// escalationTail is how long after the end of a proposal a word that came in time is still
// carried out: a mail of the last minute is read some minutes later.
const escalationTail = time.Hour

// patience is how long a department has had its last reminder before a list names it: after
// an outage the reminder and the list would come in one breath.
const patience = 2 * time.Hour

// overdue is one department on a leader's list: what it owes of the projects he leads.
type overdue struct {
	Dept     string
	Nothing  bool     // nothing came; else some of its projects did
	Projects []string // still to come, in the registry's order
}

// escalated is the body of a proposal to tell a lead leader.
type escalated struct {
	Leader string
	Due    []overdue
	Sent   []overdue `json:",omitempty"` // what the letter told in the end
}

// escalations proposes the lists that are due and carries out those the office agreed to.
func (p *Planner) escalations(ctx context.Context, f facts) error {
	var errs []error
	for i := range f.weeks {
		errs = append(errs, p.proposeEscalations(ctx, f, &f.weeks[i]))
	}
	return errors.Join(append(errs, p.carryOut(ctx, f, state.ProposalEscalation, p.escalate))...)
}

// escalates reports whether the lists of a week may be drawn now: their hour has come, the
// week is not frozen, and everything that came before is known.
func (f facts) escalates(d state.Deadline) bool {
	at, ok := f.schedule.EscalationAt(d)
	return ok && f.upward(at) && !f.now.Before(at) && !f.sweep.Before(at) && f.now.Sub(f.sweep) <= freshSweep && f.now.Before(f.schedule.FreezeAt(d.Week))
}

// overdueBy draws the lists: by lead leader, the departments that owe a report of projects
// he leads, nothing or part of it. Who was never reminded, waits for an answer of ours, is
// exempt or is asked to correct something stands on none, nor does a department in waits.
func (f facts) overdueBy(w *weekFacts, waits []string) map[string][]overdue {
	lists := map[string][]overdue{}
	for _, dept := range f.roster.Reporting() {
		d := w.depts[dept.ID]
		nothing := d == nil || d.State == state.Missing || d.State == ""
		if !dept.Valid(f.now) || slices.Contains(waits, dept.ID) || w.exempt.Has(dept.ID) || !nothing && d.State != state.Part || !f.owes(w, dept.ID, f.now) {
			continue
		}
		if times, _, _ := reminded(w.letters, dept.ID); times == 0 {
			continue
		}
		by := map[string][]string{}
		for _, project := range f.roster.ProjectsOf(dept.ID, w.deadline.AsOf()) {
			if (nothing || slices.Contains(d.Lack, project.ID)) && !w.exempt.Has(project.ID) {
				by[project.LeadLeader] = append(by[project.LeadLeader], project.ID)
			}
		}
		for leader, projects := range by {
			lists[leader] = append(lists[leader], overdue{dept.ID, nothing, projects})
		}
	}
	return lists
}

// proposeEscalations asks the office about the lists of a week, once a leader and week.
func (p *Planner) proposeEscalations(ctx context.Context, f facts, w *weekFacts) error {
	if !f.escalates(w.deadline) || len(f.overdueBy(w, nil)) == 0 {
		return nil
	}
	var aside []state.Mail
	known := map[string]bool{}
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		aside, err = setAside(r, w.deadline.Week)
		for _, leader := range f.roster.Leaders {
			q, also := r.Proposal(escalationKey(w.deadline.Week, leader.ID))
			known[leader.ID], err = q != nil, errors.Join(err, also)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read what is set aside: %w", err)
	}
	waits, remarks := p.Composer.asideLines(f.roster, aside)
	lists := f.overdueBy(w, append(waits, f.justReminded(w)...))
	var errs []error
	for _, leader := range f.roster.Leaders {
		list := lists[leader.ID]
		if len(list) == 0 || known[leader.ID] || leader.Mail == "" {
			continue
		}
		q, err := p.Composer.escalationProposal(f, w, leader, list, remarks)
		if err == nil {
			err = p.queue(ctx, []intent{{also: func(r *state.Records) error { _, err := r.Propose(q); return err }}}, f.now)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("propose %s: %w", escalationKey(w.deadline.Week, leader.ID), err))
		}
	}
	return errors.Join(errs...)
}

// justReminded lists the departments whose last reminder is younger than patience.
func (f facts) justReminded(w *weekFacts) []string {
	var out []string
	for _, dept := range f.roster.Reporting() {
		if _, last, _ := reminded(w.letters, dept.ID); f.now.Sub(last) < patience {
			out = append(out, dept.ID)
		}
	}
	return out
}

func escalationKey(w state.Week, leader string) string {
	return string(state.ProposalEscalation) + "/" + w.String() + "/" + leader
}

// setAside lists the mails of a week that a person must still look at and that may be
// somebody's report: nobody is called missing whose report lies with us.
func setAside(r *state.Records, w state.Week) ([]state.Mail, error) {
	mails, err := r.MailsOf(w)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(mails, func(m state.Mail) bool {
		return misusedCode(m) || m.Decision != state.DecisionQuarantine && (m.Decision != state.DecisionHold || len(m.Books) == 0)
	}), nil
}

// carryOut acts on every proposal of a kind the office agreed to and of which nothing
// followed yet.
func (p *Planner) carryOut(ctx context.Context, f facts, kind state.ProposalKind, act func(context.Context, facts, state.Proposal) (intent, error)) error {
	var agreed []state.Proposal
	err := p.Store.View(ctx, func(r *state.Records) error {
		pending, err := r.Pending()
		agreed = slices.DeleteFunc(pending, func(q state.Proposal) bool {
			return q.Kind != kind || q.Answer != state.AnswerYes || !q.Done.IsZero()
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("read what the office agreed to: %w", err)
	}
	var errs []error
	for _, q := range agreed {
		in, err := act(ctx, f, q)
		if err == nil && (in.draft != nil || in.also != nil) {
			err = p.queue(ctx, []intent{in}, f.now) // the letter and that it is done land together
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("carry out %s: %w", q.Key, err))
		}
	}
	return errors.Join(errs...)
}

// escalate writes to a lead leader what of the list the office saw is still missing, or says
// why nothing is sent.
func (p *Planner) escalate(ctx context.Context, f facts, q state.Proposal) (intent, error) {
	var body escalated
	if err := json.Unmarshal(q.Body, &body); err != nil {
		return intent{}, fmt.Errorf("read the list: %w", err)
	}
	leader := f.roster.Leader(body.Leader)
	i := slices.IndexFunc(f.weeks, func(w weekFacts) bool { return w.deadline.Week == q.Week })
	switch {
	case i < 0 || !f.now.Before(q.Expires.Add(escalationTail)):
		return done(q, f.now, "读到答复时这一周已经冻结,没有发出。"), nil
	case leader == nil || leader.Mail == "":
		return done(q, f.now, "登记表里没有这位领导的邮箱,没有发出。"), nil
	case f.now.Sub(f.sweep) > freshSweep || !f.upward(f.now):
		return intent{}, nil // the mailbox is out of reach: their reports may lie in it; or the clock is astray
	}
	w := &f.weeks[i]
	var aside []state.Mail
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		aside, err = setAside(r, q.Week)
		return err
	})
	if err != nil {
		return intent{}, fmt.Errorf("read what is set aside: %w", err)
	}
	waits, _ := p.Composer.asideLines(f.roster, aside)
	body.Sent = stillMissing(body.Due, f.overdueBy(w, waits)[body.Leader])
	if len(body.Sent) == 0 {
		return done(q, f.now, "发出前重新核对,名单上的单位都已补报(或有来信待核实),没有发出。"), nil
	}
	draft, err := p.Composer.Escalation(Escalation{Week: q.Week, Leader: *leader, Due: body.Sent, Letters: w.letters, Polled: f.sweep, Now: f.now})
	if err != nil {
		return intent{}, err
	}
	if q.Body, err = json.Marshal(body); err != nil {
		return intent{}, fmt.Errorf("write the list: %w", err)
	}
	return p.ready(draft, f.now, done(q, f.now, p.Composer.changed(body)).also)
}

// done records what came of a proposal, with the letter if there is one.
func done(q state.Proposal, now time.Time, outcome string) intent {
	return intent{also: func(r *state.Records) error {
		q.Done, q.Outcome = now, outcome
		return r.PutProposal(q)
	}}
}

// stillMissing is what of the list the office saw is missing now: fewer departments or
// projects, never others.
func stillMissing(seen, now []overdue) []overdue {
	var out []overdue
	for _, was := range seen {
		i := slices.IndexFunc(now, func(o overdue) bool { return o.Dept == was.Dept })
		if i < 0 {
			continue
		}
		is := now[i]
		is.Projects = slices.DeleteFunc(slices.Clone(is.Projects), func(id string) bool { return !slices.Contains(was.Projects, id) })
		if len(is.Projects) > 0 {
			out = append(out, is)
		}
	}
	return out
}

// reminded counts the reminders a department got after the deadline and says when the last
// one left, and whether its head had a copy of any.
func reminded(letters []state.Letter, dept string) (times int, last time.Time, head bool) {
	for _, l := range letters {
		arrives := slices.ContainsFunc(l.Deliveries, func(d state.Delivery) bool { return stands(d.Phase) })
		if l.Kind != state.TopicLate || l.Dept != dept || !arrives {
			continue
		}
		times++
		if l.QueuedAt.After(last) {
			last = l.QueuedAt
		}
		head = head || slices.ContainsFunc(l.Deliveries, func(d state.Delivery) bool { return d.Copy && stands(d.Phase) })
	}
	return times, last, head
}

// stands reports whether a delivery was made or still may be.
func stands(phase state.Phase) bool { return phase != state.PhaseFailed && phase != state.PhaseDropped }

// asideLines names the departments a set-aside mail may be the report of, and says so of
// each mail in a line.
func (c *Composer) asideLines(roster *state.Roster, aside []state.Mail) (waits, lines []string) {
	var strangers []string
	for _, m := range aside {
		if dept := roster.Dept(m.Dept); dept != nil {
			if !slices.Contains(waits, dept.ID) {
				waits = append(waits, dept.ID)
				lines = append(lines, dept.Short+":有来信单独存放待核实("+c.at(m.Received)+"),没有列入名单")
			}
			continue
		}
		strangers = append(strangers, trim(m.From, quoteCell)+"("+c.at(m.Received)+")")
	}
	if n := len(strangers); n > 0 {
		more := ""
		if n > maxStrangers {
			strangers, more = strangers[:maxStrangers], "等"
		}
		lines = append(lines, fmt.Sprintf("另有%d封未认领的来信,请先核对是不是名单上单位的:%s%s", n, strings.Join(strangers, "、"), more))
	}
	return waits, lines
}

// maxStrangers is how many unclaimed mails a proposal names.
const maxStrangers = 5

// escalationProposal is what the office is asked about one leader's list.
func (c *Composer) escalationProposal(f facts, w *weekFacts, leader state.Leader, list []overdue, remarks []string) (state.Proposal, error) {
	week := w.deadline.Week
	body, err := json.Marshal(escalated{Leader: leader.ID, Due: list})
	if err != nil {
		return state.Proposal{}, fmt.Errorf("write the list: %w", err)
	}
	q := state.Proposal{
		Key: escalationKey(week, leader.ID), Kind: state.ProposalEscalation, Week: week,
		Title: fmt.Sprintf("第%s周周报有%d个单位没有报齐,是否报告%s%s", weekNo(week), len(list), leader.Title, leader.Name),
		Made:  f.now, Expires: f.schedule.FreezeAt(week), Body: body,
	}
	for _, o := range list {
		q.Lines = append(q.Lines, c.overdueLine(w.letters, o))
	}
	q.Lines = append(q.Lines, remarks...)
	return q, nil
}

// overdueLine is one department of the list as the office reads it.
func (c *Composer) overdueLine(letters []state.Letter, o overdue) string {
	dept := c.Roster.Dept(o.Dept)
	words, which := "没有报送", "涉及"
	if !o.Nothing {
		words, which = "报送不全", "还差"
	}
	var names []string
	for _, p := range c.named(o.Projects) {
		names = append(names, p.Name)
	}
	line := fmt.Sprintf("%s:%s,%s %s", dept.Short, words, which, strings.Join(names, "、"))
	if times, last, head := reminded(letters, o.Dept); times > 0 {
		line += fmt.Sprintf(";已催报%d次(最近%s)", times, c.at(last))
		if head {
			line += ",抄送过" + cmp.Or(dept.Head, "单位负责人")
		}
	}
	if dept.Contact != "" {
		line += ";联系人 " + dept.Contact
	}
	return line
}

// changed says how a letter differs from the list the office saw; "" when it does not.
func (c *Composer) changed(body escalated) string {
	var gone, less []string
	for _, was := range body.Due {
		i := slices.IndexFunc(body.Sent, func(o overdue) bool { return o.Dept == was.Dept })
		name := c.addressed(was.Dept).Unit
		switch {
		case i < 0:
			gone = append(gone, name)
		case len(body.Sent[i].Projects) != len(was.Projects) || body.Sent[i].Nothing != was.Nothing:
			less = append(less, name)
		}
	}
	var said []string
	if len(gone) > 0 {
		said = append(said, strings.Join(gone, "、")+"已补报(或有来信待核实),没有列入")
	}
	if len(less) > 0 {
		said = append(said, strings.Join(less, "、")+"又报了一部分,只列还差的项目")
	}
	if len(said) == 0 {
		return ""
	}
	return "已发出,与请示时相比有变化:" + strings.Join(said, ";") + "。"
}
