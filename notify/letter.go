package notify

import (
	"time"

	"duban/notify/report"
	"duban/state"
)

// File is one attachment of a letter.
type File struct {
	Name string // as the recipient sees it
	Type string // media type
	Data []byte
}

// Enclosure is a file that was attached to an answer. Without Data it is only named: Large
// says that it is too much for a letter, else it may run or cannot be looked into.
type Enclosure struct {
	File
	Large bool
}

// Draft is a letter composed but not yet rendered to bytes: everything the outbox records
// except the blob, and what the mail is made of.
type Draft struct {
	state.Letter // without Blob
	Text, HTML   string
	Files        []File
}

// Pages turns a page's name and data into words: Render a whole letter, Say the lines that
// stand inside one, never none. templates.Set implements it; cmd hands it over, because only
// cmd knows both rooms.
type Pages interface {
	Render(name string, data any) (subject, text, html string, err error)
	Say(name string, data any) (lines []string, err error)
}

// Office is who signs the letters.
type Office struct {
	Name    string // 区重大项目办
	Mail    string
	Contact string // "张三 000-0000-0000", as printed below every letter
}

// Composer writes letters from facts. Its methods are pure but for Blob: the same facts
// give the same letter, word for word, so a letter composed again after a crash is the
// same one.
type Composer struct {
	Office   Office
	Domain   string // the right side of every Message-ID: the domain of the office's mail
	Pages    Pages
	Roster   *state.Roster
	Schedule *state.Schedule
	Form     *state.Form
	// Approved says who approved the light rule and when (LightRule.Approved), printed with
	// the summary; "" prints nothing.
	Approved string
	// Readers is who is told of a week beside the leaders' letter.
	Readers state.Readers
	// Contacts is what is known of addresses beside the registry, as of the letter.
	Contacts state.Contacts
	// Shadow sends every letter to the office instead, marked with whom it was for.
	Shadow bool
	// Blob returns a stored file by its SHA-256: blobs.Store.Get.
	Blob func(sum string) ([]byte, error)
	// Mark marks a department's own workbook (report.Mark); nil returns none.
	Mark func(xlsx []byte, book string, findings []state.Finding) ([]byte, error)
	// Blank draws a department's pre-filled form (report.Form); nil sends the notice without.
	Blank func(report.Blank) ([]byte, error)
	// Sheets draws plain tables as a workbook (report.Export); nil attaches none.
	Sheets func([]report.Table) ([]byte, error)
	// Workbook draws the consolidated workbook (report.Workbook); nil attaches none.
	Workbook func(report.Summary, report.Words) ([]byte, error)
	// Pack draws the workbook of a meeting (report.Pack); nil attaches none.
	Pack func(report.Meeting, report.Words) ([]byte, error)
}

// Answer is what the answer to one try of a department follows from.
type Answer struct {
	Dept    *state.DeptWeek // as it stands now, the try included
	Try     state.Try
	Mail    *state.Mail           // the mail of the try, with its rows
	Before  *state.Mail           // the department's mail for the week before this one; nil when there is none
	Round   int                   // 1 for the first letter of this kind to this department and week
	Prior   []state.Finding       // what the last letter of correction told; nil before the first
	Amended []state.Amendment     // what the office changed by hand and has not told yet
	Bases   map[string]state.Base // last week's figures, by project
	Down    []string              // names of new projects in it that do not join the list
	Ruling  *state.Ruling         // the office's word on a dispute that the letter tells; nil for every other
	ReplyBy time.Time             // the time a ruling leaves; zero counts it from the letter
	Now     time.Time
}

// Chase is what a reminder follows from. Dept may be nil: nothing came.
type Chase struct {
	Week       state.Week
	DeptID     string
	Dept       *state.DeptWeek
	Step       state.Step
	Round      int            // which reminder this is to the department this week, from 1: part of the key
	Exempt     state.Exempted // what need not report this week
	Down, Up   time.Time      // from when to when the mailbox was out of reach around the deadline; zero when it never was
	Polled     time.Time      // when the mailbox was last read completely
	Correction *state.Letter  // the last letter of correction still unanswered; nil when there is none
	Now        time.Time
}

// Edition is what the leaders' letter and its preview follow from.
type Edition struct {
	Digest state.Digest
	Depts  map[string]*state.DeptWeek
	Past   []*state.Digest // earlier weeks' digests, the week before first
	Visits Visits          // of the month the edition leaves in, for the lead leaders' own; empty in the others
	// Overdue are requests whose answer is overdue, for the joint meeting; empty in the others.
	Overdue []state.Overdue
	Hold    state.Hold // the office's say so far, and the code the preview prints
	Now     time.Time
}

// Matter says what a notice to the office is about.
type Matter string

// The matters of a notice.
const (
	MatterUnknown  Matter = "unknown"   // a mail from an address the registry does not know: held
	MatterHeld     Matter = "held"      // a mail a person must read
	MatterForged   Matter = "forged"    // a mail whose sender is not, or not certainly, who he says
	MatterPoison   Matter = "poison"    // a mail that could not be read in three tries
	MatterBounce   Matter = "bounce"    // one of our letters came back
	MatterOurs     Matter = "ours"      // findings an earlier letter of ours forgot: they count, nobody is asked
	MatterExplain  Matter = "explained" // an error explained instead of corrected
	MatterDispute  Matter = "disputed"  // an error the department disputes (异议)
	MatterColumns  Matter = "columns"   // columns of a report that the form does not have
	MatterOrder    Matter = "order"     // what a leader asks for on a project: where it was filed
	MatterForeign  Matter = "foreign"   // rows of projects the sender may not report: they wait for their owner
	MatterClosed   Matter = "closed"    // a table of a closed week, as the department says
	MatterDoubtful Matter = "doubtful"  // a letter that may or may not have left
	MatterFuse     Matter = "fuse"      // the mail fuse holds letters back
	MatterFailed   Matter = "failed"    // a letter the server refused for good
)

// Notice is what a notice to the office follows from.
type Notice struct {
	Matter Matter
	Mail   *state.Mail   // the mail it is about; nil for a letter's own trouble
	Letter *state.Letter // the letter that bounced or is in doubt; nil when unknown
	// Restored are all the letters that wait for the office's word after a restore, Letter the
	// first; nil in every other matter.
	Restored []state.Letter
	Fuse     *FuseError // the fuse that tripped; nil in every other matter
	Week     state.Week // of a tripped fuse
	Code     string     // with which the office may claim the mail by reply; "" for none
	Until    time.Time  // until when
	Owners   []string   // departments asked about rows of their projects in the mail
	Round    int
	Now      time.Time
}
