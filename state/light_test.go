package state

import (
	"testing"
	"time"
)

func day(s string) time.Time {
	t, err := time.Parse(isoDay, s)
	if err != nil {
		panic(err) // a typing mistake in a test table
	}
	return t
}

// The rows are projects of the fictional district with the lights its office drew by hand.
func TestLightAgreesWithTheOffice(t *testing.T) {
	continuing := []string{"5", "9", "16", "25", "35", "45", "54", "63", "72", "82", "92", "100"}
	newStart := []string{"0", "0", "7", "16", "25", "35", "45", "56", "66", "77", "89", "100"}
	started := []Milestone{{Name: "开工", Plan: day("2026-03-31"), Actual: day("2026-03-19")}}
	notStarted := []Milestone{{Name: "开工", Plan: day("2026-06-30")}}
	tests := []struct {
		name    string
		project Project
		ytd     Fen
		asOf    string
		was     Colour
		colour  Colour
		why     LightReason
	}{
		{
			"on the edge of yellow, which 0.797 shown as 0.80 still is",
			Project{Class: ClassContinuing, YearPlan: 18000 * Wan, Curve: continuing},
			9810 * Wan, "2026-09-18", "", Yellow,
			LightReason{Case: LightPace, Done: "54.5", Schedule: "68.4", Ratio: "0.80"},
		},
		{
			"far behind",
			Project{Class: ClassNewStart, YearPlan: 6800 * Wan, Curve: newStart, Milestones: started},
			2050 * Wan, "2026-09-18", "", Red,
			LightReason{Case: LightPace, Done: "30.1", Schedule: "62.0", Ratio: "0.48"},
		},
		{
			"on pace",
			Project{Class: ClassContinuing, YearPlan: 30000 * Wan, Curve: continuing},
			22320 * Wan, "2026-09-18", "", Green,
			LightReason{Case: LightPace, Done: "74.4", Schedule: "68.4", Ratio: "1.09"},
		},
		{
			"caught up from red shows yellow first",
			Project{Class: ClassContinuing, YearPlan: 30000 * Wan, Curve: continuing},
			22320 * Wan, "2026-09-18", Red, Yellow,
			LightReason{Case: LightPace, Done: "74.4", Schedule: "68.4", Ratio: "1.09", WasRed: true},
		},
		{
			"not started, 80 days late",
			Project{Class: ClassNewStart, YearPlan: 3800 * Wan, Curve: newStart, Milestones: notStarted},
			0, "2026-09-18", "", Yellow,
			LightReason{Case: LightUnstarted, Year: 2026, Month: 6, Days: 80},
		},
		{
			"not started, 91 days late",
			Project{Class: ClassNewStart, YearPlan: 3800 * Wan, Curve: newStart, Milestones: notStarted},
			0, "2026-09-29", "", Red,
			LightReason{Case: LightUnstarted, Year: 2026, Month: 6, Days: 91},
		},
		{
			"not started and not yet due",
			Project{Class: ClassNewStart, YearPlan: 3800 * Wan, Curve: newStart, Milestones: notStarted},
			0, "2026-02-28", "", Green,
			LightReason{Case: LightPace, Done: "0.0", Schedule: "0.0"},
		},
		{
			"preliminary, the longest overdue milestone speaks",
			Project{Class: ClassPreliminary, Milestones: []Milestone{
				{Name: "可研批复", Plan: day("2026-07-31"), Actual: day("2026-08-07")},
				{Name: "用地预审与选址意见", Plan: day("2026-09-15")},
				{Name: "环评批复", Plan: day("2026-11-30")},
			}},
			0, "2026-09-18", "", Yellow,
			LightReason{Case: LightOverdue, Milestone: "用地预审与选址意见", Days: 3},
		},
		{
			"a milestone reached only later was overdue then",
			Project{Class: ClassPreliminary, Milestones: []Milestone{{Name: "出让方案批复", Plan: day("2026-08-01"), Actual: day("2026-10-08")}}},
			0, "2026-09-18", "", Red,
			LightReason{Case: LightOverdue, Milestone: "出让方案批复", Days: 48},
		},
		{"investment promotion is not lit", Project{Class: ClassInvestment}, 0, "2026-09-18", "", None, LightReason{Case: LightClass}},
		{
			"no pace light before a tenth of the plan is due",
			Project{Class: ClassContinuing, YearPlan: 100 * Wan, Curve: continuing},
			0, "2026-01-20", "", Green,
			LightReason{Case: LightPace, Done: "0.0", Schedule: "3.2"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := DefaultLights().Judge(tt.project, tt.ytd, day(tt.asOf), tt.was)
			if got.Colour != tt.colour || got.Reason != tt.why {
				t.Errorf("got %s %+v, want %s %+v", got.Colour, got.Reason, tt.colour, tt.why)
			}
		})
	}
}
