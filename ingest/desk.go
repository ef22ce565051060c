package ingest

import (
	"time"

	"duban/ingest/rules"
	"duban/state"
)

// Desk is what a mail is judged with: the form, the rules and, where there is a
// configuration, the registry and the schedule. It never changes.
type Desk struct {
	Form     *state.Form
	Rules    *rules.Set
	Roster   *state.Roster   // nil without a configuration: nobody is known, rules of the registry are silent
	Schedule *state.Schedule // nil without a configuration: nothing is late
	Own      OwnIdentity
	Lamp     state.LightRule // the light rule, for rules that ask for a project's colour
	Staff    []string        // further addresses that decide for the office, lower case
	Auth     Authentication  // how senders are checked; the zero value checks none

	names *index // of Roster, when it was made beforehand; see Prepared
}

// Prepared is the desk with its register of project names made once for many mails.
func (d Desk) Prepared() Desk {
	if d.names == nil && d.Roster != nil {
		d.names = newIndex(d.Roster)
	}
	return d
}

// on is the desk with the registry as it stands on day.
func (d Desk) on(day time.Time) Desk {
	if d.Roster == nil {
		return d
	}
	if d.Schedule != nil {
		day = day.In(d.Schedule.Zone)
	}
	return d.with(d.Roster.On(day))
}

// of is the desk that judges a report of a week, whenever it came: what was changed since
// does not count for it.
func (d Desk) of(w state.Week) Desk {
	if d.Roster == nil || d.Schedule == nil || w.IsZero() {
		return d
	}
	return d.with(d.Roster.Edition(d.Schedule.Deadline(w).AsOf()))
}

func (d Desk) with(r *state.Roster) Desk {
	if r != d.Roster {
		d.Roster, d.names = r, nil
	}
	return d
}

// Known is what was remembered of the sender before this mail.
type Known struct {
	Dept    *state.DeptWeek         // the department's week so far; nil when nothing came
	Bases   map[string]state.Base   // last accepted figures by project; nil without records
	Past    map[string][]state.Past // the weeks before, by project; nil where no rule asks for them
	Said    []state.Explanation     // the last explanation of every finding the department explained
	Amended []state.Amendment       // what the office put in place by hand this week
	Exempt  state.Exempted          // what need not report this week
	Before  *state.DeptWeek         // the department's reporting week before this one; nil when nothing came
	Told    Told                    // the last letter of correction of the week
	Seen    map[string]Sighting     // earlier weeks' mails of the department that carried a workbook, by the workbook's digest
}

// Sighting is an earlier mail that carried the same workbook.
type Sighting struct {
	Mail string
	Week state.Week
}

// Verdict is what follows from a mail: the mail as it is recorded, and the department's week
// as it stands after it.
type Verdict struct {
	Mail  state.Mail
	Depts []state.DeptWeek    // empty when the mail changes no department's week
	Said  []state.Explanation // what the mail explained, to be remembered
	// Contact is what the mail tells of an address we write to; nil for nothing new.
	Contact *state.Contact
	Say     *state.Say    // the office's word on the leaders' letter; nil for every other mail
	Visits  []state.Visit // what a leader's contact tells of visits
	Order   *state.Issue  // what a leader asks for on a project, to be filed; nil for every other mail
	Word    *state.Word   // what the mail says on a request that was handed over; nil for every other mail
	// Proposal is the key of the proposal the office answers with Decided; "" for every other mail.
	Proposal string
	Decided  state.Decided
}

// Standing tells how a department stands in a week; nil when nothing is known of it.
type Standing func(dept string, week state.Week) *state.DeptWeek

// Recall reads from the store what Judge must know beside the mail. It reads nothing for a
// mail that concerns no department's week.
func (d Desk) Recall(r *state.Records, p Place, o Opened) (Known, error) {
	var k Known
	if p.Dept == "" || p.Week.IsZero() || d.Roster == nil || d.Schedule == nil {
		return k, nil
	}
	var err error
	if k.Dept, err = r.DeptWeek(p.Week, p.Dept); err != nil {
		return k, err
	}
	if k.Before, err = r.DeptWeek(d.Schedule.Previously(p.Week), p.Dept); err != nil {
		return k, err
	}
	var projects []state.Project
	for _, dept := range append([]string{p.Dept}, p.Besides...) { // a sheet's sum is of all its rows
		projects = append(projects, d.Roster.ProjectsOf(dept, d.Schedule.Deadline(p.Week).AsOf())...)
	}
	if k.Bases, err = r.Bases(d.Roster, d.Schedule, p.Week, projects); err != nil {
		return k, err
	}
	if n := d.Rules.Weeks(); n > 0 {
		if k.Past, err = r.Pasts(d.Roster, d.Schedule, p.Week, projects, n); err != nil {
			return k, err
		}
	}
	if k.Told, err = recallTold(r, p); err != nil {
		return k, err
	}
	if k.Said, err = r.Explanations(p.Dept); err != nil {
		return k, err
	}
	if k.Amended, err = r.Amendments(p.Week); err != nil {
		return k, err
	}
	if k.Exempt, err = r.ExemptIn(d.Schedule.Deadline(p.Week)); err != nil {
		return k, err
	}
	k.Seen, err = sightings(r, p, o)
	return k, err
}

// sightings finds which of the workbooks an earlier week's mail of the department carried.
func sightings(r *state.Records, p Place, o Opened) (map[string]Sighting, error) {
	out := map[string]Sighting{}
	for _, b := range o.Books {
		if b.Blob == "" {
			continue
		}
		id, err := r.Carrier(b.Blob)
		if err != nil {
			return nil, err
		}
		if id == "" {
			continue
		}
		m, err := r.Mail(id)
		if err != nil {
			return nil, err
		}
		if m != nil && m.Of(p.Dept) && m.Decision != state.DecisionQuarantine && !m.Week.IsZero() && m.Week.Before(p.Week) {
			out[b.Blob] = Sighting{Mail: id, Week: m.Week}
		}
	}
	return out, nil
}
