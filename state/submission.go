package state

import (
	"slices"
	"time"
)

// MailKind is what a received mail is (contract, `duban inspect`).
type MailKind string

// The kinds of mail. Automatic mail (auto-reply, bounce, recall) and our own is recorded
// and never answered (RFC 3834).
const (
	MailSubmission MailKind = "submission"
	MailAnswer     MailKind = "answer"     // a reply to a request, without a workbook
	MailNil        MailKind = "nil-return" // 本周无变化
	MailAutoReply  MailKind = "auto-reply"
	MailBounce     MailKind = "bounce"
	MailRecall     MailKind = "recall"
	MailOwn        MailKind = "own"
	MailUnknown    MailKind = "unknown-sender"
	MailOther      MailKind = "other" // from a registered unit, but not a report: the office reads it
)

// Decision is what was done with a mail.
type Decision string

// The decisions.
const (
	DecisionAccept     Decision = "accept"     // every row counts
	DecisionCorrect    Decision = "correct"    // good rows count, a letter of correction is due
	DecisionQuarantine Decision = "quarantine" // kept aside, the office is told, nobody is answered
	DecisionIgnore     Decision = "ignore"     // recorded only
	DecisionHold       Decision = "hold"       // a person of the office must look
)

// Raise is why a person of the office must read a mail that was dealt with.
type Raise string

// The reasons.
const (
	RaiseExplained Raise = "explained" // an error was explained instead of corrected
	RaiseDisputed  Raise = "disputed"  // an error is disputed (异议)
	RaiseOrder     Raise = "order"     // a leader asks for something on a project
	RaiseClosed    Raise = "closed"    // it says that a table is of a week that is closed
	RaiseForeign   Raise = "foreign"   // it reports projects of a department the sender may not report for
)

// Mail is the fact that a mail arrived and what was made of it. Its identity is the
// SHA-256 of its raw bytes, which lie in the blobs under the same name.
type Mail struct {
	ID         string // SHA-256 of the raw mail, hexadecimal
	Folder     string
	Received   time.Time // the server's INTERNALDATE: the only time that decides lateness
	SentDate   string    // the Date header as written, shown and never trusted
	From       string    // the one address of the From header, lower case
	FromName   string
	Subject    string
	MessageID  string
	InReplyTo  string
	References []string
	Size       int64

	Kind     MailKind
	Reason   string // why it is of that kind, in English, for `duban why`
	Decision Decision
	Dept     string // department id; "" when not known
	// Besides are further departments whose projects it reports: one address serves several.
	Besides  []string `json:",omitempty"`
	Week     Week     // the reporting week it counts for; zero when none
	Books    []Book   // the workbooks it carried, with every row
	Findings []Finding
	LetterID string        // our letter's key when this is a bounce or a copy of it (X-Duban-Key)
	Failed   string        // the address a bounce complains of, when it is stated
	Delayed  bool          // a report that nothing is lost: the server still tries, or has delivered
	Raise    Raise         // why a person of the office must read an answer; "" when nobody must
	Columns  []ExtraColumn `json:",omitempty"` // columns the form does not have, of which the office was not told before
	Filed    string        `json:",omitempty"` // the number of the issue a leader's order was filed under
	Tries    int           // failed attempts to read it; at three it is quarantined
}

// Of reports whether the mail is a department's, alone or with others.
func (m *Mail) Of(dept string) bool { return m.Dept == dept || slices.Contains(m.Besides, dept) }

// Value is one cell: what stands in the file, where, and what it means.
type Value struct {
	Cell string `json:"cell"` // "H6"; "" when the sheet has no such column
	// Text is the canonical value: 万元 as a plain decimal, percent as a number of percent,
	// dates ISO, text trimmed; "" when the cell is empty. It is meaningless when Doubt is set.
	Text  string   `json:"text,omitempty"`
	Raw   string   `json:"raw,omitempty"`   // as the department typed it, for 您填的
	Doubt string   `json:"doubt,omitempty"` // the rule that says why no certain value can be read, e.g. "not-a-number"
	Near  string   `json:"near,omitempty"`  // the tempting reading of a doubtful cell, shown as 例如, never stored as a value
	Notes []string `json:"notes,omitempty"` // what was tidied on reading: "fullwidth-digits", "number-as-text"
	// ByOffice says that the office put Text in place of what the department reported (办公室更正);
	// Raw is still the department's.
	ByOffice bool `json:"by_office,omitempty"`
}

// Sure reports whether the cell has a certain, non-empty value.
func (v Value) Sure() bool { return v.Doubt == "" && v.Text != "" }

// Row is one project's line in a sheet.
type Row struct {
	Project string           // project id once attributed; "" when unknown
	Class   Class            // from the class column, the sheet, or the registry
	Sheet   string           // the sheet's name
	No      int              // row number as Excel shows it
	Hidden  bool             // the row or its sheet is hidden
	Values  map[string]Value // by column id
}

// Money is the cell's amount; ok is false when it is empty, absent or doubtful.
func (r Row) Money(column string) (Fen, bool) {
	v, there := r.Values[column]
	if !there || !v.Sure() {
		return 0, false
	}
	f, err := ParseWan(v.Text)
	return f, err == nil
}

// Text is the cell's certain text, or "".
func (r Row) Text(column string) string {
	if v := r.Values[column]; v.Doubt == "" {
		return v.Text
	}
	return ""
}

// ColumnAt is where a canonical column stands in one sheet.
type ColumnAt struct {
	ID    string
	Title string // as the sheet spells it, merged parents joined with "/"
	Col   string // "H"
	Unit  string // the unit the sheet declares for it, e.g. 亿元; values are already converted to 万元
	Via   string // "alias" when matched by a spelling other than the form's title
}

// Sheet is one sheet of a workbook as it was read.
type Sheet struct {
	Name    string
	Hidden  bool
	Title   string
	Classes []Class // classes the sheet is for, when its name says so
	Columns []ColumnAt
	Extra   []ColumnAt // headers that match nothing the form knows; ID is ""
	Rows    []Row
	Totals  []Row  // 合计/小计 rows; Values holds their money cells
	Skipped string // why a sheet was not read as a report ("" when it was): "no-header", "instructions", "empty"
	HeadRow int    // the last row of the header
}

// Book is one workbook of a mail.
type Book struct {
	Name     string // the attachment's name, a label only
	Format   string // xlsx, xls, et, csv …, found by content
	Blob     string // SHA-256 of its bytes in the blobs; "" when not kept
	Markable string // SHA-256 of an .xlsx with the same cells (the same as Blob for .xlsx)
	Way      string // how it came: "", "archive", "nested-message"
	Refused  string // why it could not be read, as a rule name; "" when it was read
	Sheets   []Sheet

	Week     Week   // from the title or 报告期; zero when the sheet does not say
	WeekText string // the words it was read from
	WeekCell string
	UnitName string // 填报单位 as written
	Filler   string // 填报人
	Reviewer string // 审核人
	Dated    string // 填报日期 as written
	Findings []Finding

	// The hidden identity of a form duban sent out, as it came back; all zero in any other file.
	FormVersion string
	FormWeek    Week
	FormDept    string // department id
}

// Rows lists the rows of every sheet in order.
func (b Book) Rows() []Row {
	var rows []Row
	for _, s := range b.Sheets {
		rows = append(rows, s.Rows...)
	}
	return rows
}
