package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

// Projects a report brings that the registry does not hold (登记变更: 新增): whether each is to
// join the list is put to the office, once. ingest found that it resembles nothing registered,
// and takes it in when the office agrees (ingest/addition.go); what follows for the department
// is told by roster.go.

// ruleNew is the finding that says so.
const ruleNew = "project-new"

// maxAdditions is how many such questions about one department's projects wait for the office at
// a time; the next are put when some are answered.
const maxAdditions = 5

// maxAsked is how often in a year the office is asked about one project: once more when the first
// question lapsed.
const maxAsked = 2

// unlisted is a project of a report that the registry does not hold.
type unlisted struct {
	week    state.Week
	dept    string
	try     *state.Try
	finding state.Finding
	row     state.Row
	lack    []string // what the same department has not reported: it may be one of those
}

// additions puts new projects to the office.
func (p *Planner) additions(ctx context.Context, f facts) error {
	var found []unlisted
	for _, w := range slices.Backward(f.weeks) {
		for _, dept := range f.roster.Depts {
			found = append(found, f.unlisted(w, w.depts[dept.ID])...)
		}
	}
	if len(found) == 0 {
		return nil
	}
	// One at a time: the number a project is to have depends on those asked about before.
	var errs []error
	for _, u := range found {
		err := p.Store.Update(ctx, func(r *state.Records) error { return p.propose(r, f, u) })
		if err != nil {
			errs = append(errs, fmt.Errorf("propose the project %s reported: %w", u.dept, err))
		}
	}
	return errors.Join(errs...)
}

// unlisted lists the new projects of a department's last report, once it is settled.
func (f facts) unlisted(w weekFacts, d *state.DeptWeek) []unlisted {
	at := lastToAnswer(d)
	if at < 0 || !f.settled(w.deadline, d.Tries[at].Received) {
		return nil
	}
	var out []unlisted
	for _, x := range d.Tries[at].Findings {
		if x.Rule == ruleNew {
			out = append(out, unlisted{week: w.deadline.Week, dept: d.Dept, try: &d.Tries[at], finding: x, lack: append(slices.Clone(d.Lack), d.Wait...)})
		}
	}
	return out
}

// propose records the question whether a project is to join the list, unless it was asked
// before, the registry holds it by now, or the department has enough of them waiting.
func (p *Planner) propose(r *state.Records, f facts, u unlisted) error {
	m, err := r.Mail(u.try.Mail)
	if err != nil || m == nil {
		return err
	}
	at := slices.IndexFunc(m.Books, func(b state.Book) bool { return b.Name == u.finding.Book })
	if at < 0 {
		return nil
	}
	rows := m.Books[at].Rows()
	i := slices.IndexFunc(rows, func(row state.Row) bool {
		return row.Project == "" && row.Sheet == u.finding.Sheet && row.Text("project_name") == u.finding.Name
	})
	if i < 0 {
		return nil
	}
	u.row = rows[i]
	a := state.Addition{Entry: f.roster.EntryOf(u.row, u.dept, u.week), Week: u.week, Mail: m.ID}
	before, err := r.Proposals(state.ProposalAddition)
	if err != nil {
		return err
	}
	taken, times, not, err := askedBefore(before, a, f.now)
	if err != nil || not {
		return err
	}
	if a.ID = f.roster.NextID(taken...); slices.ContainsFunc(f.roster.Projects, func(x state.Project) bool { return x.Name == a.Entry.Name }) {
		return nil
	}
	q, err := p.Composer.additionProposal(f, u, a, times)
	if err != nil {
		return err
	}
	_, err = r.Propose(q)
	return err
}

// askedBefore tells which numbers were promised in earlier questions, how often this project was
// asked about, perhaps under a name slightly otherwise, and whether it is not to be asked about
// now: it waits for the office's word or has it, or has to wait its turn. What nobody answered is
// asked once more.
func askedBefore(before []state.Proposal, a state.Addition, now time.Time) (taken []string, times int, not bool, err error) {
	waiting := 0
	for _, q := range before {
		var old state.Addition
		if err := json.Unmarshal(q.Body, &old); err != nil {
			return nil, 0, false, fmt.Errorf("read %s: %w", q.Key, err)
		}
		taken = append(taken, old.ID)
		if old.Entry.Dept == a.Entry.Dept && q.Open(now) {
			waiting++
		}
		if sameProject(a.Entry.Name, old) && q.Made.Year() == now.Year() { // what was refused last year may be new this year
			times++
			not = not || q.Answer != state.AnswerNone || q.Open(now)
		}
	}
	return taken, times, not || times >= maxAsked || waiting >= maxAdditions, nil
}

// sameProject reports whether a question was about a project of that name, or nearly that name.
func sameProject(name string, asked state.Addition) bool {
	return state.Nearest(strings.TrimSpace(name), []string{asked.Entry.Name}) != ""
}

// turnedDown names the new projects of a try of which the office knows and that do not join the
// list: it refused them, or let the question lapse.
func turnedDown(r *state.Records, t state.Try, now time.Time) ([]string, error) {
	if !slices.ContainsFunc(t.Findings, func(f state.Finding) bool { return f.Rule == ruleNew }) {
		return nil, nil
	}
	asked, err := r.Proposals(state.ProposalAddition)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, f := range t.Findings {
		if f.Rule != ruleNew {
			continue
		}
		waits, down := false, 0
		for _, q := range asked {
			var a state.Addition
			if json.Unmarshal(q.Body, &a) == nil && sameProject(f.Name, a) && q.Made.Year() == now.Year() {
				waits = waits || q.Answer == state.AnswerYes || q.Open(now)
				down++
				if q.Answer == state.AnswerNo {
					down = maxAsked
				}
			}
		}
		if !waits && down >= maxAsked {
			out = append(out, f.Name)
		}
	}
	return out, nil
}

// additionKey names the project by its department and name, after how many questions about it
// that nobody answered.
func additionKey(a state.Addition, year, times int) string {
	sum := sha256.Sum256([]byte(a.Entry.Dept + "\x00" + a.Entry.Name))
	key := fmt.Sprintf("%s/%d/%s-%s", state.ProposalAddition, year, a.Entry.Dept, hex.EncodeToString(sum[:4]))
	if times > 0 {
		key += fmt.Sprintf("-%d", times+1)
	}
	return key
}
