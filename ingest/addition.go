package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"duban/ingest/rules"
	"duban/state"
)

// Projects a report brings that the registry does not hold (新增). One that resembles nothing
// registered is put to the office and costs the department nothing; when the office takes it
// in, the row that was sent already counts, if nothing in it must be corrected.

// ruleNew says of a row that its project is none of the registry's and resembles none.
const ruleNew = "project-new"

// maxNewcomers is how many such rows one report may hold: with more of them it is rather
// another registry's.
const maxNewcomers = 5

// newcomer reports whether a row may be of a project nobody registered yet: it is named, says
// its class and some figure, and resembles no project by name or alias. A project that has no
// number yet: a number the registry does not hold is a wrong one (G01).
func (x *index) newcomer(row state.Row) bool {
	key := foldName(row.Text("project_name"))
	figures := slices.ContainsFunc([]string{"total_invest", "year_plan", "ytd_invest", "cum_invest"}, func(column string) bool {
		f, sure := row.Money(column)
		return sure && f > 0
	})
	if len([]rune(key)) < 4 || row.Class == "" || !figures || strings.ContainsFunc(row.Text("project_id"), unicode.IsDigit) {
		return false
	}
	for i := range x.roster.Projects {
		p := &x.roster.Projects[i]
		for _, name := range append([]string{p.Name}, p.Aliases...) {
			if name = foldName(name); resembles(key, name) {
				return false
			}
		}
	}
	return true
}

// resembles reports whether of two folded names one holds the other, or no more than one
// letter in three differs.
func resembles(a, b string) bool {
	return b != "" && (strings.Contains(a, b) || strings.Contains(b, a) || state.Slips(a, b) <= max(len([]rune(a)), len([]rune(b)))/3)
}

// misnamed adds what the department is asked about rows of new projects where the report lacks
// a project, which may be the same under another name, or holds too many of them: then the
// department has to look too.
func (d Desk) misnamed(findings []state.Finding, c rules.Case) []state.Finding {
	var fresh []state.Finding
	for _, f := range findings {
		if f.Rule == ruleNew {
			fresh = append(fresh, f)
		}
	}
	if len(fresh) == 0 || d.Roster == nil {
		return findings
	}
	here := slices.Clone(c.Reported)
	for _, b := range c.Books {
		for _, row := range b.Rows() {
			here = append(here, row.Project)
		}
	}
	lacks := slices.ContainsFunc(d.Roster.ProjectsOf(c.Dept, c.AsOf), func(p state.Project) bool { return !slices.Contains(here, p.ID) })
	if len(fresh) > maxNewcomers {
		findings = slices.DeleteFunc(findings, func(f state.Finding) bool { return f.Rule == ruleNew })
	} else if !lacks {
		return findings
	}
	for _, f := range fresh {
		f.Rule, f.Level, f.Message = "", "", ""
		findings = append(findings, d.Rules.Tell("project-unknown", f, ""))
	}
	return findings
}

// additions takes in the projects the office agreed to.
func (c *Collector) additions(ctx context.Context, now time.Time) error {
	agreed, err := c.agreed(ctx, state.ProposalAddition)
	if err != nil {
		return fmt.Errorf("read which projects are to be taken in: %w", err)
	}
	var errs []error
	for _, q := range agreed {
		// The project, its row and that it is done land together: a crash leaves all three to the
		// next turn or none.
		err := c.Store.Update(ctx, func(r *state.Records) error { return c.Desk.takeIn(r, q, now) })
		if err != nil {
			errs = append(errs, fmt.Errorf("carry out %s: %w", q.Key, err))
		}
	}
	return errors.Join(errs...)
}

// takeIn makes a project one of the list: from the newest week that is not told yet, where the
// department has reported it and nothing in its row must be corrected, else from the first week
// for which the department has sent nothing.
func (d Desk) takeIn(r *state.Records, q state.Proposal, now time.Time) error {
	var a state.Addition
	if err := json.Unmarshal(q.Body, &a); err != nil {
		return fmt.Errorf("read the project: %w", err)
	}
	if d.on(now).listed(a) {
		return carriedOut(r, q.Key, d.Rules.Tell("addition-registered", state.Finding{Found: a.Entry.Name}, "").Message, now)
	}
	sent, err := d.sentRow(r, a, now)
	if err != nil {
		return err
	}
	if sent != nil {
		counts, err := d.countsAtOnce(r, sent, a, q, now)
		if err != nil || counts {
			return err
		}
		sent.forget(a.Entry.Name) // nobody is asked about it any more
		if err := sent.put(r); err != nil {
			return err
		}
	}
	from, err := r.Unreported(d.Schedule, now, a.Entry.Dept)
	if err != nil {
		return err
	}
	a.Entry.OpeningYTD, a.Entry.OpeningWeek = 0, d.Schedule.Previously(d.Schedule.Previously(from)) // what was done before is told by the first report
	if err := r.PutChange(d.Schedule.Join(a, from, q.By, q.Key, now)); err != nil {
		return err
	}
	return carriedOut(r, q.Key, "", now)
}

// listed reports whether the registry holds the project by now, or its number.
func (d Desk) listed(a state.Addition) bool {
	p, _ := d.index().named(a.Entry.Name)
	return p != nil || d.Roster.Project(a.ID) != nil
}

// sentRow is a row of a project nobody knew, where it was sent.
type sentRow struct {
	week state.DeptWeek
	try  int // its index
	mail state.Mail
	book state.Book // with this row alone
}

// sentRow finds the row in the newest week not told yet for which the department has reported;
// nil when that holds none.
func (d Desk) sentRow(r *state.Records, a state.Addition, now time.Time) (*sentRow, error) {
	for _, week := range d.open(now) {
		told, err := r.Frozen(week)
		if err != nil {
			return nil, err
		}
		k, err := d.of(week).Recall(r, Place{Dept: a.Entry.Dept, Week: week}, Opened{})
		if err != nil {
			return nil, err
		}
		if told || k.Dept == nil || len(k.Dept.Tries) == 0 {
			continue
		}
		w := d.weekOf(Place{Dept: a.Entry.Dept, Week: week}, k)
		for i := range slices.Backward(w.Tries) {
			m, err := r.Mail(w.Tries[i].Mail)
			if err != nil {
				return nil, err
			}
			if b, there := unknownRow(m, w.Tries[i], a.Entry.Name); there {
				return &sentRow{week: w, try: i, mail: *m, book: b}, nil
			}
		}
		return nil, nil
	}
	return nil, nil
}

// unknownRow finds the row of a name nobody knew in the mail of a try, in a workbook that holds
// nothing else.
func unknownRow(m *state.Mail, try state.Try, name string) (state.Book, bool) {
	if m == nil {
		return state.Book{}, false
	}
	for _, b := range m.Books {
		if otherWeek(try, b) {
			continue
		}
		for _, s := range b.Sheets {
			for _, row := range s.Rows {
				if row.Project == "" && foldName(row.Text("project_name")) == foldName(name) {
					s.Rows, s.Totals = []state.Row{row}, nil
					b.Sheets = []state.Sheet{s}
					return b, true
				}
			}
		}
	}
	return state.Book{}, false
}

// countsAtOnce takes the project in from the week of the row, which then counts as it was sent.
// It does nothing and is false when something in the row must be corrected: the department would
// have to be told in a second letter. What would only be asked is not: the first letter did not.
func (d Desk) countsAtOnce(r *state.Records, s *sentRow, a state.Addition, q state.Proposal, now time.Time) (bool, error) {
	week, try := s.week.Week, &s.week.Tries[s.try]
	row := s.book.Rows()[0]
	a.Entry = d.Roster.EntryOf(row, a.Entry.Dept, week)
	a.Entry.OpeningWeek = d.Schedule.Previously(week)
	join := d.Schedule.Join(a, week, q.By, q.Key, now)
	d = d.with(d.Roster.With(join)).of(week)
	books := []state.Book{s.book}
	d.attribute(books, a.Entry.Dept)
	row = books[0].Rows()[0]
	k, err := d.Recall(r, Place{Dept: a.Entry.Dept, Week: week, Books: books}, Opened{})
	if err != nil {
		return false, err
	}
	deadline := d.Schedule.Deadline(week)
	found := d.Rules.Judge(rules.Case{
		Roster: d.Roster, Week: week, Received: try.Received, Dept: a.Entry.Dept, Books: books, Bases: k.Bases, Past: k.Past, Lamp: d.Lamp,
		AsOf: deadline.AsOf(), Closed: d.Schedule.Late(deadline, try.Received),
	})
	found = slices.DeleteFunc(found, func(f state.Finding) bool { return f.Project != a.ID || f.Level != state.LevelError })
	if len(found) > 0 || row.Project != a.ID {
		return false, nil
	}
	s.forget(a.Entry.Name)
	p := d.Roster.Project(a.ID)
	c := counted(p, s.book, row)
	c.Mail, c.Received, c.Unverified = try.Mail, try.Received, try.Unverified
	s.week.Rows = append(s.week.Rows, c)
	try.Accepted = append(try.Accepted, a.ID)
	d.attribute(s.mail.Books, a.Entry.Dept)
	d.order(&s.week, k.Exempt)
	if err := errors.Join(s.put(r), r.PutChange(join)); err != nil {
		return false, err
	}
	return true, carriedOut(r, q.Key, "", now)
}

// forget takes from the try and from what is open what was said of a name nobody knew.
func (s *sentRow) forget(name string) {
	about := func(f state.Finding) bool {
		return (f.Rule == ruleNew || f.Rule == "project-unknown") && foldName(f.Name) == foldName(name)
	}
	try := &s.week.Tries[s.try]
	try.Findings = slices.DeleteFunc(slices.Clone(try.Findings), about)
	s.mail.Findings = slices.DeleteFunc(slices.Clone(s.mail.Findings), about)
	s.week.Open = slices.DeleteFunc(s.week.Open, about)
	if try.Decision == state.DecisionCorrect {
		try.Decision = decide(try.Findings)
		s.mail.Decision = try.Decision
	}
}

// put records the week and the mail.
func (s *sentRow) put(r *state.Records) error {
	if s.week.State != state.NilReturn {
		s.week.State = stateOf(&s.week)
	}
	if err := r.PutDeptWeek(s.week); err != nil {
		return err
	}
	return r.PutMail(s.mail)
}
