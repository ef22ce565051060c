package ingest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"duban/state"
)

// Our own form of the fictional D05, filled in and saved by LibreOffice (soffice --headless
// --convert-to xlsx, and xls), comes back as that department's form of that week: every
// heading is known, every row is read, nothing is asked.
func TestAFormSavedByLibreOfficeIsStillOurForm(t *testing.T) {
	desk := worldDesk(t)
	week := state.Week{Year: 2026, No: 38}
	at := time.Date(2026, 9, 17, 10, 0, 0, 0, desk.Schedule.Zone)
	for _, name := range []string{"filled.xlsx", "filled.xls"} {
		data, err := os.ReadFile(filepath.Join("testdata", "libreoffice", name))
		if err != nil {
			t.Fatal(err)
		}
		o, err := Open(Job{Name: name, Data: data, Year: 2026}, desk.Form)
		if err != nil {
			t.Fatal(err)
		}
		o.Message.From, o.Message.FromHeaders = []Address{{Addr: "jtj@lanchuan.example"}}, 1
		v := desk.Judge(state.Mail{ID: "m", Received: at}, o, desk.Place(o, at, nil), Known{})
		if len(v.Mail.Books) != 1 || v.Mail.Books[0].FormDept != "D05" || v.Mail.Books[0].FormWeek != week || v.Mail.Books[0].FormVersion == "" {
			t.Fatalf("%s is not known as our form: %+v", name, v.Mail.Books)
		}
		if v.Mail.Decision != state.DecisionAccept || len(v.Depts) != 1 || v.Depts[0].State != state.Accepted {
			t.Errorf("%s: %s, %+v", name, v.Mail.Decision, v.Depts)
		}
		for _, f := range v.Mail.Findings {
			if f.Level != state.LevelNote || f.Column != "" { // a note about the whole file is the office's
				t.Errorf("%s: %s at %s!%s: %s", name, f.Rule, f.Sheet, f.Cell, f.Message)
			}
		}
		var projects []string
		for _, row := range v.Mail.Books[0].Rows() {
			projects = append(projects, row.Project)
			if week, ok := row.Money("week_invest"); !ok || row.Text("progress") == "" {
				t.Errorf("%s: %s lost its figures: %v", name, row.Project, week)
			}
		}
		if !slices.Equal(projects, []string{"LC2026-006", "LC2026-043", "LC2026-049"}) {
			t.Errorf("%s: rows of %v", name, projects)
		}
	}
}
