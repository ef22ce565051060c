package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"duban/state"
)

// The scores of the district's two weeks follow from what its office drew by hand
// (testdata/expected): in time 5, quality 3, complete 2 points. Sent back once costs 1, late
// on the day of the deadline 2, on a later day 4; who reported nothing has nothing. A
// correction that came after its time (D17 in week 38) costs no more than being sent back,
// and everything had come by the freeze.
func TestTheDistrictsScores(t *testing.T) {
	lateDay := map[string]bool{"2026-W38 D10": true} // 18:47 on the Friday; the others came on a later day
	d := newDistrict(t)
	for _, w := range []struct{ name, frozen string }{
		{"2026-W38", "2026-09-21T18:32:00+08:00"}, {"2026-W39", "2026-09-30T18:32:00+08:00"},
	} {
		rest := week(t, w.name)
		for _, at := range append(weekTurns[w.name], w.frozen) {
			rest = d.deliver(rest, mustTime(at))
			d.must("once", "--at", at)
		}
	}
	var sheet state.MonthScore
	if err := json.Unmarshal([]byte(d.must("score", "2026-09", "--json")), &sheet); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"2026-W38", "2026-W39"} {
		raw, err := os.ReadFile(filepath.Join("testdata", "expected", name+".summary.json"))
		if err != nil {
			t.Fatal(err)
		}
		told := decodeWeek(t, raw).Reporting
		want := map[string]state.Points{}
		for _, id := range told.OnTime {
			want[id] = 100
		}
		for _, id := range told.Late {
			if want[id] = 60; lateDay[name+" "+id] {
				want[id] = 80
			}
		}
		for _, id := range told.Returned {
			want[id] -= 10
		}
		for _, id := range told.Unreported {
			want[id] = 0
		}
		for _, dept := range sheet.Depts {
			if len(dept.Weeks) <= i || dept.Weeks[i].Week.String() != name {
				t.Fatalf("%s: %s has the weeks %v", name, dept.Dept, dept.Weeks)
			}
			got := dept.Weeks[i]
			if points, reports := want[dept.Dept]; got.Scored != reports || got.Points != points {
				t.Errorf("%s %s: %s points, want %s: %+v", name, dept.Dept, got.Points, points, got.Lines)
			}
			delete(want, dept.Dept)
		}
		if len(want) > 0 {
			t.Errorf("%s: no score for %v", name, want)
		}
	}
}
