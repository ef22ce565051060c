package ingest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"duban/state"
)

// A department whose table bears another week was asked which of two mistakes it made. It may
// send the right table, or say by reply which it was: 改报告期 takes the table as this week's, and
// it is judged like any other; 补报 says that it is of a week that is closed, whose figures stand,
// so nothing of it is taken, the office hears of it and the department what to do. A word that
// comes too late, that a newer report overtook or that says more is read by the office.

var (
	meansThisWeek = regexp.MustCompile(`^(?:1[.、)]\s*)?["'“‘「『【\[]?(?:改报告期|改期次)["'”’」』】\]]?(?:[\s。.,;!]|$)`)
	meansClosed   = regexp.MustCompile(`^(?:1[.、)]\s*)?["'“‘「『【\[]?补报(?:上周|往期|(?:20\d\d年)?第?(\d{1,2})周)?(?:的?(?:表|数据|周报))?["'”’」』】\]]?(?:[\s。.,;!]|$)`)
)

// rulePeriod is a table that bears another week than the one that is collected.
const rulePeriod = "period-mismatch"

// chosenWeek takes a reply that says which week a table is of. mine is false for every other mail.
func (d Desk) chosenWeek(r *state.Records, a Arrival, p Place) (v Verdict, mine bool, err error) {
	if p.forged || p.Auto.Kind != "" || d.Schedule == nil || p.Dept == "" || len(p.Books)+len(a.Opened.Message.Links) > 0 {
		return v, false, nil
	}
	first, _, _ := strings.Cut(strings.TrimSpace(norm.NFKC.String(a.Opened.Message.Text)), "\n")
	closed := meansClosed.FindStringSubmatch(first)
	if closed == nil && !meansThisWeek.MatchString(first) {
		return v, false, nil
	}
	l, _, err := letterAnswered(r, p, a.Opened.Message)
	if err != nil || l == nil || l.Cause == "" || !slices.ContainsFunc(l.Findings, isPeriod) {
		return v, false, err
	}
	m, err := r.Mail(l.Cause)
	if err != nil || m == nil {
		return v, false, err
	}
	p.Week, p.Findings = l.Week, nil
	books := askedAbout(*m)
	w, err := r.DeptWeek(l.Week, p.Dept)
	if err != nil {
		return v, false, err
	}
	stale := w == nil || w.Last() == nil || w.Last().Mail != m.ID || !slices.Contains(d.open(a.Mail.Received), l.Week)
	d = d.of(l.Week)
	switch {
	case stale || len(books) == 0 || withReserve.MatchString(first) || closed != nil && !names(closed[1], books, l.Week):
		p.Kind, p.Reason = state.MailOther, "says which week a table is of, of which the office must judge"
		v.Mail = a.Mail
		d.head(&v.Mail, a.Opened, p)
		v.Mail.Decision = state.DecisionHold
	case closed != nil:
		v, err = d.ofClosedWeek(r, a, p, *m, books[0].Week, l.Key)
	default:
		v, err = d.ofThisWeek(r, a, p, *m, books)
	}
	return v, true, err
}

func isPeriod(f state.Finding) bool { return f.Rule == rulePeriod && f.Level == state.LevelError }

// askedAbout are the workbooks of a mail of which it was asked which week they are of.
func askedAbout(m state.Mail) []state.Book {
	return slices.DeleteFunc(slices.Clone(m.Books), func(b state.Book) bool {
		return !slices.ContainsFunc(m.Findings, func(f state.Finding) bool { return isPeriod(f) && f.Book == b.Name })
	})
}

// names reports whether 补报 fits the tables: they are of one week before the one that is
// collected, and it is the one that is named, where one is.
func names(no string, books []state.Book, collected state.Week) bool {
	n, _ := strconv.Atoi(no)
	return !slices.ContainsFunc(books, func(b state.Book) bool {
		return b.Week != books[0].Week || !b.Week.Before(collected) || no != "" && b.Week.No != n
	})
}

// ofThisWeek judges tables of an earlier mail as the ones of the week that is collected, received
// when the department said so.
func (d Desk) ofThisWeek(r *state.Records, a Arrival, p Place, m state.Mail, books []state.Book) (Verdict, error) {
	for i := range books {
		books[i].Week, books[i].FormWeek = state.Week{}, p.Week
	}
	p.Books, p.relabelled, a.Opened.Books = books, true, books
	p.Kind, p.Reason = state.MailSubmission, fmt.Sprintf("says that the table of mail %.12s is of this week", m.ID)
	p.Findings = d.attribute(books, d.mayReport(&p)...)
	d.besides(&p)
	d.unitNamed(&p, a.Mail.Received)
	return d.judgeAll(r, a, p)
}

// ofClosedWeek leaves a table alone that is of a closed week: it is no report of the week that is
// collected, in time or late, and nothing is to be corrected in it.
func (d Desk) ofClosedWeek(r *state.Records, a Arrival, p Place, m state.Mail, week state.Week, letter string) (Verdict, error) {
	k, err := d.Recall(r, p, Opened{})
	if err != nil {
		return Verdict{}, err
	}
	w := d.weekOf(p, k)
	try := &w.Tries[w.TryOf(m.ID)]
	try.Findings = slices.DeleteFunc(slices.Clone(try.Findings), isPeriod)
	if try.Decision = decide(try.Findings); len(try.Accepted) == 0 {
		try.Decision = state.DecisionHold
	}
	w.Open = slices.DeleteFunc(w.Open, isPeriod)
	w.First, w.Late = time.Time{}, false
	for _, t := range w.Tries {
		if t.Decision != state.DecisionHold {
			w.First, w.Late = t.Received, t.Late && w.Excused == nil
			break
		}
	}
	d.order(&w, k.Exempt)
	w.State = stateOf(&w)
	p.Kind, p.Reason = state.MailAnswer, fmt.Sprintf("says that the table of mail %.12s is of %s, which is closed", m.ID, week)
	v := Verdict{Mail: a.Mail}
	d.head(&v.Mail, a.Opened, p)
	v.Mail.Decision, v.Mail.Raise = state.DecisionAccept, state.RaiseClosed
	v.Mail.Findings = []state.Finding{d.Rules.Tell("closed-week-file", state.Finding{Found: week.Spoken()}, "")}
	w.Replies = append(w.Replies, state.Reply{Mail: a.Mail.ID, Received: a.Mail.Received, Subject: v.Mail.Subject, Letter: letter, Closed: week})
	v.Depts = []state.DeptWeek{w}
	return v, nil
}
