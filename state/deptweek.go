package state

import (
	"slices"
	"time"
)

// DeptState is where a department stands in a week. Letters, scores and pages read these
// states and nothing else.
type DeptState string

// The states of a department-week.
const (
	Missing    DeptState = "missing"    // 未报
	Part       DeptState = "part"       // 部分: some projects not yet reported
	Correcting DeptState = "correcting" // 待补正
	Accepted   DeptState = "accepted"   // 已采用
	NilReturn  DeptState = "nil"        // 无变化
	Exempt     DeptState = "exempt"     // 免报
	Unverified DeptState = "unverified" // 未核: we broke our own limit of one working day, so the values stand
)

// DeptWeek is everything known of one department in one week: what it sent, what counts
// and what waits. It is one record of the store, written in the same transaction as the
// mail that changed it.
type DeptWeek struct {
	Week  Week
	Dept  string
	First time.Time // receipt of the first try by a registered sender; zero when none
	Late  bool      // First missed the deadline, grace included
	Tries []Try     // oldest first
	// Excused is the office's word that the department counts as in time (视同按时); nil for none.
	Excused *Excuse   `json:",omitempty"`
	Rows    []Counted // rows that count now, one per project, in the order of the roster
	Open    []Finding // errors still open: what the next letter may repeat
	Wait    []string  // projects whose row waits for a correction
	Lack    []string  // projects of the department not reported yet
	State   DeptState

	// Unchanged is the how-manieth week in a row the department reported 无变化; 0 when this
	// week says something else.
	Unchanged int `json:",omitempty"`

	Parked  []Finding // errors the department disputes (异议): they wait for the office, not for the department
	Replies []Reply   // answers by number to our letters, oldest first
	Rulings []Ruling  `json:",omitempty"` // the office's word on disputes, oldest first
}

// Excuse is why a report that came late counts as in time: a failure that was not the
// department's, as the office found.
type Excuse struct {
	Reason, By string
	At         time.Time
}

// Try is one mail of a department for a week and the verdict on it.
type Try struct {
	Mail      string // the mail's id
	MessageID string
	Received  time.Time
	From      string
	Subject   string
	Decision  Decision
	Late      bool // received after the deadline, grace included
	Overdue   bool // a correction received after the time set for it
	Books     []TryBook
	Findings  []Finding
	Accepted  []string // projects whose rows were taken from this mail
	// Unverified says that we answered too late: its rows stand as they came (未核), and it
	// does not count as sent back.
	Unverified bool `json:",omitempty"`
}

// TryBook names one workbook of a try, for receipts and for returning it marked.
type TryBook struct {
	Name, Format   string
	Blob, Markable string // as in Book
	Refused        string
	Sheets         []string
	Rows           int
}

// Counted is one accepted row: the figures of a project for a week, with their origin.
type Counted struct {
	Project  string
	Class    Class
	Mail     string
	Book     string
	Sheet    string
	No       int
	Received time.Time
	Week     Fen // 本周完成投资
	YTD      Fen // 年度累计
	Cum      Fen // 自开工累计
	Values   map[string]Value
	// Unverified says that the row holds findings we did not tell within our own limit (未核).
	Unverified bool `json:",omitempty"`
}

// Amended reports whether the office put a value of the row in place by hand (办公室更正).
func (c *Counted) Amended() bool {
	for _, v := range c.Values {
		if v.ByOffice {
			return true
		}
	}
	return false
}

// Row finds the counted row of a project; nil when none counts.
func (d *DeptWeek) Row(project string) *Counted {
	if d == nil {
		return nil
	}
	return find(d.Rows, func(c Counted) bool { return c.Project == project })
}

// TryOf is the index of the try a mail is; -1 when it is none of the week.
func (d *DeptWeek) TryOf(mail string) int {
	return slices.IndexFunc(d.Tries, func(t Try) bool { return t.Mail == mail })
}

// WaitsFor lists the projects that wait for a correction of what the try at index i brought:
// it is the newest that names an error of them.
func (d *DeptWeek) WaitsFor(i int) []string {
	names := func(t Try, project string) bool {
		return slices.ContainsFunc(t.Findings, func(f Finding) bool {
			return f.Level == LevelError && f.Project == project && f.Rule != "project-missing"
		})
	}
	return slices.DeleteFunc(slices.Clone(d.Wait), func(project string) bool {
		return !names(d.Tries[i], project) || slices.ContainsFunc(d.Tries[i+1:], func(t Try) bool { return names(t, project) })
	})
}

// Last is the latest try, nil when the department sent nothing.
func (d *DeptWeek) Last() *Try {
	if d == nil || len(d.Tries) == 0 {
		return nil
	}
	return &d.Tries[len(d.Tries)-1]
}

// Returned reports whether any try was sent back for correction.
func (d *DeptWeek) Returned() bool {
	return slices.ContainsFunc(d.Tries, func(t Try) bool { return t.Decision == DecisionCorrect })
}

// Base is a project's last accepted figures before a week: what "last week" means in a
// rule or a letter.
type Base struct {
	Week    Week // the week they were accepted for; zero for the registry's opening balance
	Fresh   bool // they stem from the week directly before, so this week's must follow on
	YTD     Fen
	Cum     Fen
	Counted *Counted // the whole row, nil for an opening balance
}
