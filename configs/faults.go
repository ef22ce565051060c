package configs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"duban/state"
)

// Fault is one thing wrong in a file of the office, told so that whoever wrote the file can
// repair it without asking: where it stands, what is wrong, what to do.
type Fault struct {
	File    string // as the configuration names it
	Line    int    // from 1; 0 when the fault is about the whole file
	Column  int    // from 1; 0 when unknown
	Where   string // the key or the table column: "schedule.deadline", "contact_email"
	Message string // a Chinese sentence
	Remedy  string // a Chinese sentence: how to put it right; "" when the message says it
}

// String gives "duban.yaml:12:5 schedule.deadline:…。改法:…".
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d", f.Line)
		if f.Column > 0 {
			fmt.Fprintf(&b, ":%d", f.Column)
		}
	}
	if f.Where != "" {
		b.WriteString(" " + f.Where)
	}
	b.WriteString(":" + f.Message)
	if f.Remedy != "" {
		b.WriteString(" 改法:" + f.Remedy)
	}
	return b.String()
}

// Faults is everything found wrong at once, in the order of files and lines. It is an error
// when it is not empty.
type Faults []Fault

// Error lists the faults one a line.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Err is the faults as an error, nil when there are none.
func (fs Faults) Err() error {
	if len(fs) == 0 {
		return nil
	}
	return fs
}

// sorted orders by file, line and column; files keep the order in which they were read.
func (fs Faults) sorted() Faults {
	first := map[string]int{}
	for i, f := range fs {
		if _, seen := first[f.File]; !seen {
			first[f.File] = i
		}
	}
	slices.SortStableFunc(fs, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(first[a.File], first[b.File]), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return fs
}

// place is where something stands in a file.
type place struct {
	File         string
	Line, Column int
	Where        string
}

// inbox collects faults while everything is still being read.
type inbox struct {
	faults, warnings Faults
	misspelt         map[string]bool // "duban.yaml office.name": an unknown key most likely stands for it
}

// wrong notes a fault that stops the configuration from being used. One value is told off
// once: what follows from a fault already noted there is not said as well.
func (in *inbox) wrong(at place, remedy, format string, args ...any) {
	again := slices.ContainsFunc(in.faults, func(f Fault) bool {
		return f.File == at.File && f.Line == at.Line && f.Where == at.Where && at.Where != ""
	})
	if !again {
		in.faults = append(in.faults, at.fault(remedy, format, args...))
	}
}

// unknown notes a key that means nothing, with the ones that would.
func (in *inbox) unknown(at place, block, key string, known []string) {
	near := state.Nearest(key, known)
	in.wrong(at, remedyNear(key, known, "可用的名称:"+strings.Join(known, "、")+"。"), "不认识“%s”。", key)
	if near != "" {
		if in.misspelt == nil {
			in.misspelt = map[string]bool{}
		}
		in.misspelt[at.File+" "+join(block, near)] = true
	}
}

// lacks notes a key that is missing from the block at `at`, unless it is there and was
// already found wrong, or stands there misspelt.
func (in *inbox) lacks(at place, where, remedy, message string) {
	at.Where = where
	if !in.heard(at.File, where) {
		in.faults = append(in.faults, at.fault(remedy, "%s", message))
	}
}

// heard reports whether a key or a key below it was found wrong.
func (in *inbox) heard(file, where string) bool {
	return in.misspelt[file+" "+where] || slices.ContainsFunc(in.faults, func(f Fault) bool {
		return f.File == file && (f.Where == where || strings.HasPrefix(f.Where, where+"."))
	})
}

// warn notes what the office should know and duban can work with.
func (in *inbox) warn(at place, remedy, format string, args ...any) {
	in.warnings = append(in.warnings, at.fault(remedy, format, args...))
}

func (p place) fault(remedy, format string, args ...any) Fault {
	return Fault{File: p.File, Line: p.Line, Column: p.Column, Where: p.Where, Message: fmt.Sprintf(format, args...), Remedy: remedy}
}
