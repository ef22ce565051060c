package state

// Level says what a finding asks of the department.
type Level string

// The levels: 必须改, 改或说明, and what only the office is told.
const (
	LevelError   Level = "error"
	LevelWarning Level = "warning"
	LevelNote    Level = "note"
)

// Finding is one thing wrong with, or worth saying about, a submission. It is data, not an
// error: everything a letter needs to name the cell and what is expected there.
type Finding struct {
	Rule    string `json:"rule"` // kebab-case rule name, e.g. "arith-ytd-mismatch"
	Level   Level  `json:"level"`
	Book    string `json:"book,omitempty"` // attachment name
	Sheet   string `json:"sheet"`
	Cell    string `json:"cell"` // "H6"; "" when the finding is about the whole file
	Project string `json:"project"`
	Column  string `json:"column"` // column id

	Found    string `json:"found"`             // 您填的, as the department typed it
	Expected string `json:"expected"`          // 应填; "" when only the department knows
	Example  string `json:"example,omitempty"` // 例如
	Last     string `json:"last,omitempty"`    // 上周
	Message  string `json:"message"`           // the sentence the department would read

	Name     string   `json:"project_name,omitempty"` // the project's name, for the letter
	Title    string   `json:"title,omitempty"`        // the column's title as the sheet spells it
	Unit     string   `json:"unit,omitempty"`         // 万元, 亩 …
	Cells    []string `json:"cells,omitempty"`        // further cells of the same cause, Cell first
	Follows  string   `json:"follows,omitempty"`      // the rule whose repair repairs this one too: no item of its own in a letter
	Item     int      `json:"item,omitempty"`         // the number of its item in the letter that tells it, from 1; 0 before
	Deferred bool     `json:"deferred,omitempty"`     // could not be checked this time (第三部分 of the letter)

	Explained string `json:"explained,omitempty"` // what the department said to it (有说明); a warning is settled by it
	Disputed  bool   `json:"disputed,omitempty"`  // an error the department disputes (异议): parked as a note until the office decides
	Ours      bool   `json:"ours,omitempty"`      // an earlier letter should have told it and did not: a note to the office, nothing to the department
	ByOffice  bool   `json:"by_office,omitempty"` // the office settled it by hand (办公室更正): a note
}
