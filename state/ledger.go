package state

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The ledger of issues (台账). What is said of an issue is only ever added; how the issue
// stands, now or as of an earlier week, is what that history adds up to.

// Said is one word on an issue: of a report, of a reply, or of the office.
type Said struct {
	Week Week      `json:"week"`
	At   time.Time `json:"at"`
	Mail string    `json:"mail,omitempty"` // the report or reply it stood in; "" for the office's own word

	// A report's words.
	Text     string   `json:"text,omitempty"`
	Request  string   `json:"request,omitempty"`
	Deadline string   `json:"deadline,omitempty"`
	Urgency  Urgency  `json:"urgency,omitempty"`
	Units    []string `json:"units,omitempty"` // a report's, or the office's in their place

	Close bool   `json:"close,omitempty"` // 销号
	Merge string `json:"merge,omitempty"` // the number it goes on under
	By    string `json:"by,omitempty"`    // who decided; "" for a report
	Why   string `json:"why,omitempty"`
}

// maxHistory bounds what is kept of one issue: its first word and the newest.
const maxHistory = 120

// ofReport reports whether the word stood in a weekly report.
func (s Said) ofReport() bool { return s.By == "" }

// say adds a word and lets the issue stand as its history says. A report read again takes
// the place of its own earlier word.
func (i *Issue) say(s Said) {
	i.remember()
	i.History = slices.Clone(i.History)
	at := slices.IndexFunc(i.History, func(old Said) bool {
		return s.ofReport() && old.ofReport() && old.Week == s.Week && old.Mail == s.Mail
	})
	if at >= 0 {
		i.History[at] = s
	} else {
		i.History = append(i.History, s)
	}
	slices.SortStableFunc(i.History, inOrder)
	if n := len(i.History); n > maxHistory {
		i.History = append(i.History[:1:1], i.History[n-maxHistory+1:]...)
	}
	i.recount()
}

// remember gives a history to an issue of a ledger that kept none.
func (i *Issue) remember() {
	if len(i.History) > 0 || i.Text == "" {
		return
	}
	i.History = []Said{{Week: i.Opened, At: i.Since, Text: i.Text, Request: i.Request, Deadline: i.Deadline, Units: i.Units}}
	if i.Seen != i.Opened {
		again := i.History[0]
		again.Week = i.Seen
		i.History = append(i.History, again)
	}
	if !i.Closed.IsZero() {
		i.History = append(i.History, Said{Week: i.Closed, At: i.Since, Close: true})
	}
}

// recount lets the issue stand as its history says.
func (i *Issue) recount() {
	first := i.History[0]
	i.Opened, i.Since, i.Changed = first.Week, first.At, first.At
	i.Text, i.Request, i.Units, i.Deadline, i.Urgency, i.Closed, i.Merged = "", "", []string{}, "", "", Week{}, ""
	assigned := "" // the request whose units the office put in place
	for _, s := range i.History {
		switch {
		case s.Close:
			i.Closed, i.Merged = s.Week, ""
			if s.ofReport() {
				i.Seen = s.Week
			}
		case s.Merge != "":
			i.Merged = s.Merge
		case !s.ofReport():
			i.Units, assigned, i.Changed = s.Units, i.Request, s.At
		default:
			i.Seen = s.Week
			if !SameWords(s.Text, i.Text) || s.Request != "" && !SameWords(s.Request, i.Request) || s.Urgency != i.Urgency {
				i.Changed = s.At
			}
			i.Text, i.Urgency, i.Closed = s.Text, s.Urgency, Week{}
			if s.Request != "" {
				i.Request = s.Request
			}
			i.Deadline = s.Deadline
			if assigned == "" || !SameWords(assigned, i.Request) {
				i.Units, assigned = s.Units, ""
			}
		}
	}
}

// SameWords reports whether two texts say the same, but for spaces and punctuation.
func SameWords(a, b string) bool { return a == b || bare(a) == bare(b) }

func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n\u3000,。;:、.\uff0c\uff1b\uff1a", r) {
			return -1
		}
		return r
	}, s)
}

// asOf is the ledger as it stood after a week: later words are left out.
func asOf(all []Issue, w Week) []Issue {
	var out []Issue
	for _, i := range all {
		i.remember()
		kept := slices.DeleteFunc(slices.Clone(i.History), func(s Said) bool { return w.Before(s.Week) })
		if len(kept) == 0 && len(i.History) > 0 {
			continue
		}
		if len(kept) < len(i.History) {
			i.History = kept
			i.recount()
		}
		out = append(out, i)
	}
	return out
}

// Ledger carries the issues known before a week through it: a project's problem cell opens
// an issue or updates it, the explicit answer 无 closes it (销号), an empty cell or a missing
// report changes nothing. Computing a week again gives the same numbers.
func Ledger(f Facts) []Issue {
	l := ledger{roster: f.Roster, issues: asOf(f.Issues, f.Week), next: nextNumber(f.Issues)}
	for _, p := range f.Roster.Projects {
		if row := f.Roster.RowOf(p, f.Depts); row != nil {
			l.enter(f.Week, p, row)
		}
	}
	return l.issues
}

// ledger is the ledger while reports are drawn into it.
type ledger struct {
	roster  *Roster
	issues  []Issue
	next    int
	changed map[string]bool // ids
}

func nextNumber(all []Issue) int {
	most := 0
	for _, i := range all {
		var n int
		if _, err := fmt.Sscanf(i.ID, "I%d", &n); err == nil {
			most = max(most, n)
		}
	}
	return most + 1
}

// enter draws one counted row of a week into the ledger.
func (l *ledger) enter(w Week, p Project, row *Counted) {
	text := row.text(columnProblems)
	if text == "" {
		return
	}
	s := Said{Week: w, At: row.Received, Mail: row.Mail}
	at := slices.IndexFunc(l.issues, func(i Issue) bool { return i.Project == p.ID && i.Leader == "" && l.open(i) })
	if SaysNothing(text) {
		if at >= 0 && l.issues[at].Opened.Before(w.Add(1)) {
			s.Close = true
			l.say(at, s)
		}
		return
	}
	s.Text, s.Urgency = text, urgencyOf(row.text(columnUrgency))
	if ask := row.text(columnRequest); !SaysNothing(ask) {
		s.Request = ask
	}
	if s.Deadline = row.text(columnRequestBy); s.Deadline == "" {
		s.Deadline = dayNamed(s.Request, w)
	}
	s.Units = l.roster.UnitsIn(row.text(columnRequestUnits) + " " + s.Request)
	if at < 0 { // what was closed by a later word stays closed, what a report of this week closed goes on
		at = slices.IndexFunc(l.issues, func(i Issue) bool { return i.Project == p.ID && i.Leader == "" && i.closedAround(s) })
	}
	if at < 0 {
		l.issues = append(l.issues, Issue{ID: issueID(l.next), Project: p.ID, Dept: p.Dept})
		l.next++
		at = len(l.issues) - 1
	}
	l.say(at, s)
}

// open reports whether a project's words still belong to an issue: it is open, or goes on
// under another number that is.
func (l *ledger) open(i Issue) bool {
	if i.Merged != "" {
		return slices.ContainsFunc(l.issues, func(o Issue) bool { return o.ID == i.Merged && o.Closed.IsZero() })
	}
	return i.Closed.IsZero()
}

// closedAround reports whether the issue was closed after a report's word, or by an earlier
// version of the same report.
func (i *Issue) closedAround(word Said) bool {
	return slices.ContainsFunc(i.History, func(s Said) bool {
		return s.Close && (inOrder(word, s) < 0 || s.ofReport() && s.Week == word.Week)
	})
}

// inOrder compares two words by week, then by time.
func inOrder(a, b Said) int {
	return cmp.Or(strings.Compare(a.Week.String(), b.Week.String()), a.At.Compare(b.At))
}

func (l *ledger) say(at int, s Said) {
	i := &l.issues[at]
	i.remember()
	if slices.ContainsFunc(i.History, func(old Said) bool { return old.same(s) }) {
		return
	}
	i.say(s)
	if l.changed == nil {
		l.changed = map[string]bool{}
	}
	l.changed[i.ID] = true
}

func (s Said) same(o Said) bool {
	return s.ofReport() && o.ofReport() && s.Week == o.Week && s.Mail == o.Mail && s.At.Equal(o.At) && s.Close == o.Close &&
		s.Text == o.Text && s.Request == o.Request && s.Deadline == o.Deadline && s.Urgency == o.Urgency && slices.Equal(s.Units, o.Units)
}
