package ingest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"duban/state"
)

// A form of an earlier version is read and counts. For two weeks after the new one began only
// the office is told; then the letter asks for the new one. A version nobody knows is read
// like any other sheet.
func TestAnOldFormIsTakenAndAskedToBeReplaced(t *testing.T) {
	for _, c := range []struct {
		name, version string
		from          time.Time
		want          state.Level
	}{
		{"the current form", "2026-1", at(1, 0, 0), ""},
		{"the old one within two weeks", "2025-2", at(7, 0, 0), state.LevelNote},
		{"the old one after two weeks", "2025-2", at(4, 9, 0), state.LevelWarning},
		{"nobody said when the new one began", "2025-2", time.Time{}, state.LevelNote},
		{"a version nobody knows", "1999", at(1, 0, 0), ""},
		{"no form of ours", "", at(1, 0, 0), ""},
	} {
		o := only(newOffice(t))
		form := *o.desk.Form
		form.Former, form.VersionFrom = []string{"2025-2"}, c.from
		o.desk.Form = &form
		book := preliminary("b1", week38, road, port)
		book.FormVersion = c.version
		v := o.take("m1", at(18, 9, 0), from(roadsOffice, "周报", "").with(book))
		if v.Mail.Decision != state.DecisionAccept || len(v.Depts[0].Rows) != 2 {
			t.Errorf("%s: %s, %d rows count", c.name, v.Mail.Decision, len(v.Depts[0].Rows))
		}
		i := slices.IndexFunc(v.Mail.Findings, func(f state.Finding) bool { return f.Rule == "old-form" })
		switch {
		case i < 0 && c.want != "":
			t.Errorf("%s: nothing is said", c.name)
		case i >= 0 && (v.Mail.Findings[i].Level != c.want || !strings.Contains(v.Mail.Findings[i].Message, "2025-2")):
			t.Errorf("%s: %s %q", c.name, v.Mail.Findings[i].Level, v.Mail.Findings[i].Message)
		}
	}
}

// An address two departments share, a sheet that names neither: the form says whose it is.
func TestTheFormSaysWhoseReportItIs(t *testing.T) {
	o := newOffice(t)
	depts := slices.Clone(o.desk.Roster.Depts)
	for i := range depts {
		if depts[i].ID == "D05" || depts[i].ID == "D04" {
			depts[i].Mail = "both@lanchuan.example"
		}
	}
	o.desk.Roster = &state.Roster{Depts: depts, Projects: o.desk.Roster.Projects}
	empty := preliminary("b1", week38)
	empty.FormDept = "D05"
	if v := o.take("m1", at(18, 9, 0), from("both@lanchuan.example", "周报", "").with(empty)); v.Mail.Dept != "D05" {
		t.Errorf("taken for %q", v.Mail.Dept)
	}
	empty.Blob, empty.FormDept = "b2", "D01"
	if v := o.take("m2", at(18, 9, 0), from("both@lanchuan.example", "周报", "").with(empty)); v.Mail.Dept != "" {
		t.Errorf("a form of a third department is taken for %q", v.Mail.Dept)
	}
}
