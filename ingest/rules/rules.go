// Package rules holds the checks of a weekly report as data: configs/rules.yaml names every
// rule with its level, its condition and the sentence a department reads, and this package
// loads, evaluates, silences and merges them. It promises: all defects in one pass, one
// cause told once, nothing said of a cell that cannot be read with certainty, and no rule
// that needs the registry or last week when there is none.
//
// Read it in this order: rules.go (what a rule is); load.go, entry.go, nodes.go and compile.go
// (from YAML to checked expressions, or every fault with its line); cells.go, figures.go and
// words.go (what an expression can see and call); case.go (what is judged), judge.go (the
// order), rows.go, totals.go, sheets.go and heads.go (the passes), past.go and saying.go (earlier
// weeks, and what can be read out of words), follow.go (one cause, one item),
// sentence.go (words).
package rules

import (
	"slices"
	"time"

	"github.com/expr-lang/expr/vm"

	"duban/state"
)

// Scope says what a rule looks at, and so what must be known for it to speak at all.
type Scope string

// The scopes. File and Sheet rules without a condition are raised by code that saw the
// bytes or the layout; their level and sentence still stand in rules.yaml.
const (
	ScopeFile     Scope = "file"     // the mail or a whole workbook; raised by code
	ScopeSheet    Scope = "sheet"    // a sheet's layout, or one cell of its total row
	ScopeCell     Scope = "cell"     // every cell of every row, or those of `at`
	ScopeRow      Scope = "row"      // one row by itself
	ScopeClass    Scope = "class"    // one row of the classes named
	ScopeRegistry Scope = "registry" // one row against the registry; silent without one
	ScopeProject  Scope = "project"  // one row against earlier weeks and the registry; silent without records
)

// Rule is one entry of rules.yaml.
type Rule struct {
	Name     string
	Codes    []string // its numbers in the office's list of rules, "X01"
	Level    state.Level
	Scope    Scope
	At       []string      // columns whose cell is named; each is tried
	Classes  []state.Class // none means all
	Params   map[string]any
	Limits   []Limit   // Params as the office wrote them, in the order of the file
	Say      string    // the sentence with its braces
	Silences []string  // rules that say nothing more on a row (or column of totals) this one fired on
	Follows  []string  // rules whose repair may repair this one too, see follow.go
	Leads    bool      // some rule follows this one
	From     time.Time // the first day of reporting weeks it applies to; zero means always
	Trial    bool      // 试行: only ever a note to the office
	Remember int       // weeks an explanation of it is remembered for
	Deferred bool      // its findings are told as "could not be checked this time"
	Except   []Exception
	Reasons  map[string]template // more exact sentences by reason of refusal

	when, milder         *condition
	say                  template
	expected, last, near template
	line                 int
	places               []int           // of At, among the form's columns
	asks                 map[string]bool // what it asks of names, as Set.asks
}

// Limit is one threshold as it is written: tolerance, 1万元.
type Limit struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Exception takes a rule off some rows, with a reason the office wrote down.
type Exception struct {
	Projects, Depts []string
	Classes         []state.Class
	Until           time.Time // the last day; zero means for good
	Why             string
}

// Set is a loaded catalogue of rules. It is immutable and safe for use by many goroutines.
type Set struct {
	rules   []*Rule
	byName  map[string]*Rule
	reasons map[string]*Rule
	form    *state.Form
	names   []string        // every rule's name, in the file's order
	asks    map[string]bool // what the rules ask of names: "past.progress", "project.light"
}

// Rules lists the rules in the order of the file. They are the set's own: read only.
func (s *Set) Rules() []*Rule { return slices.Clone(s.rules) }

// Names lists the rules in the order of the file.
func (s *Set) Names() []string { return slices.Clone(s.names) }

// Rule finds a rule by its name; nil when there is none.
func (s *Set) Rule(name string) *Rule { return s.byName[name] }

// Remember is how many further weeks an explanation of a rule's finding is remembered for; 0
// means that it holds for its own week only.
func (s *Set) Remember(name string) int {
	if rule := s.byName[name]; rule != nil {
		return rule.Remember
	}
	return 0
}

// Refusal finds the rule that covers a reason why a workbook was not read; a reason that is
// none is asked for as a rule's name, and an unknown one is damage.
func (s *Set) Refusal(reason string) *Rule {
	for _, r := range []*Rule{s.reasons[reason], s.byName[reason], s.byName["damaged-workbook"]} {
		if r != nil {
			return r
		}
	}
	return nil
}

// Judges reports whether the rule has a condition of its own; the others are raised by code.
func (r *Rule) Judges() bool { return r.when != nil }

// level is what a finding of the rule asks, trial taken into account.
func (r *Rule) level() state.Level {
	if r.Trial {
		return state.LevelNote
	}
	return r.Level
}

// condition is a compiled expression and the columns that must hold a certain value before
// it may be asked.
type condition struct {
	program *vm.Program
	needs   []string
	places  []int // of needs, among the form's columns
	cell    bool  // it reads the value of the cell named by `at`
	blank   bool  // it can hold of a blank cell only: most cells need not be asked
}

// applies tells whether the rule speaks of this row in this week.
func (r *Rule) applies(row *state.Row, dept string, day time.Time) bool {
	if !r.From.IsZero() && !day.IsZero() && day.Before(r.From) {
		return false
	}
	if len(r.Classes) > 0 && (row == nil || !slices.Contains(r.Classes, row.Class)) {
		return false
	}
	for _, e := range r.Except {
		if e.covers(row, dept, day) {
			return false
		}
	}
	return true
}

func (e Exception) covers(row *state.Row, dept string, day time.Time) bool {
	if !e.Until.IsZero() && day.After(e.Until.AddDate(0, 0, 1)) {
		return false
	}
	if len(e.Depts) > 0 && !slices.Contains(e.Depts, dept) {
		return false
	}
	if len(e.Projects) > 0 && (row == nil || !slices.Contains(e.Projects, row.Project)) {
		return false
	}
	return len(e.Classes) == 0 || (row != nil && slices.Contains(e.Classes, row.Class))
}
