package ingest

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"duban/state"
)

// A leader's order (article 17): what a leader asks for in reply to one of our letters is filed
// on the project it names, and the office is told where. Where it names none or several, or an
// address stands for several leaders, the office reads the reply and nothing is filed: whose
// matter it is, is not guessed.

// longestOrder bounds what is kept of an order, in characters.
const longestOrder = 1000

// ordered takes such a reply. mine is false for every other mail, among them a leader's 收到.
func (d Desk) ordered(r *state.Records, a Arrival, p Place) (v Verdict, mine bool, err error) {
	m := a.Opened.Message
	leaders := d.leadersAt(p.Sender.Addr)
	reply := m.InReplyTo != "" || len(m.References) > 0 || replyPrefix.MatchString(m.Subject)
	if d.Schedule == nil || p.forged || p.Auto.Kind != "" || len(p.Sender.Depts) > 0 || len(leaders) == 0 || !reply {
		return v, false, nil
	}
	text := cutRunes(strings.TrimSpace(m.Text), longestOrder)
	named := d.projectsIn(text, a.Mail)
	if text == "" || len(named) == 0 && acknowledges(m) {
		return v, false, nil
	}
	p.Week = d.Schedule.Running(a.Mail.Received)
	v.Mail = a.Mail
	if len(named) != 1 || len(leaders) != 1 {
		p.Reason = "a leader's reply that names no project, or several: the office reads it"
		d.head(&v.Mail, a.Opened, p)
		v.Mail.Decision = state.DecisionHold
		v.Mail.Findings = []state.Finding{d.Rules.Tell("leader-order-unclear", state.Finding{}, "")}
		return v, true, nil
	}
	project, leader := named[0], d.Roster.Leader(leaders[0])
	said := d.Rules.Tell("leader-order", state.Finding{Project: project.ID, Found: leader.Title + leader.Name + ":" + strings.TrimRight(text, "。")}, "") // the sentence ends itself
	issue, known, err := r.NewOrder(state.Order{
		Leader: leader.ID, Project: project.ID, Mail: a.Mail.ID, At: a.Mail.Received, Week: p.Week,
		Text: said.Message, Units: d.Roster.UnitsIn(text),
	})
	if err != nil {
		return v, true, err
	}
	p.Kind, p.Dept, p.Reason = state.MailAnswer, project.Dept, "a leader's order on "+project.ID+", filed as "+issue.ID
	d.head(&v.Mail, a.Opened, p)
	v.Mail.Decision, v.Mail.Raise, v.Mail.Filed, v.Mail.Findings = state.DecisionAccept, state.RaiseOrder, issue.ID, []state.Finding{said}
	if !known {
		v.Order = &issue
	}
	return v, true, nil
}

// projectsIn lists the projects on the list that a text names by number, name or alias.
func (d Desk) projectsIn(text string, m state.Mail) []state.Project {
	at := m.Received.In(d.Schedule.Zone)
	active := slices.DeleteFunc(slices.Clone(d.Roster.Projects), func(p state.Project) bool { return !p.Active(at) })
	rest := strings.Join(strings.Fields(norm.NFKC.String(text)), "")
	var out []state.Project
	for _, n := range visitNames(active) {
		if !strings.Contains(rest, n.text) {
			continue
		}
		rest = strings.ReplaceAll(rest, n.text, "\x01")
		if !slices.ContainsFunc(out, func(p state.Project) bool { return p.ID == n.project }) {
			out = append(out, *d.Roster.Project(n.project))
		}
	}
	return out
}
