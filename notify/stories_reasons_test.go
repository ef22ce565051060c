package notify

import (
	"testing"

	"duban/state"
)

// lightReasons are all the reasons of a light.
func lightReasons() []state.LightReason {
	return []state.LightReason{
		{Case: state.LightClass},
		{Case: state.LightInTime},
		{Case: state.LightInTime, WasRed: true},
		{Case: state.LightOverdue, Milestone: "用地预审与选址意见", Days: 3},
		{Case: state.LightUnstarted, Year: 2026, Month: 6, Days: 80},
		{Case: state.LightUnplanned, Year: 2027},
		{Case: state.LightPace, Done: "0.0", Schedule: "3.2"},
		{Case: state.LightPace, Done: "54.5", Schedule: "68.4", Ratio: "0.80"},
		{Case: state.LightPace, Done: "74.4", Schedule: "68.4", Ratio: "1.09", WasRed: true},
		{Case: state.LightPaused, Paused: "至11月30日,汛期停工"},
		{Case: state.LightFinished},
	}
}

// scoreReasons are all the reasons of a line of a score.
func scoreReasons(t *testing.T) []state.ScoreReason {
	due, freeze, down := on(t, "09-18 18:00"), on(t, "09-21 18:30"), on(t, "09-18 16:00")
	out := []state.ScoreReason{
		{Case: state.ScoreExempt},
		{Case: state.ScoreNothingDue},
		{Case: state.ScoreAbsent, At: due},
		{Case: state.ScoreAbsent, At: due, Excuse: state.ExcuseOutage, Since: down},
		{Case: state.ScoreAbsent, At: due, Excuse: state.ExcuseUnasked},
		{Case: state.ScoreUnjudged},
		{Case: state.ScoreLate, At: due},
		{Case: state.ScoreLate, At: due, Excuse: state.ExcuseOutage, Since: down},
		{Case: state.ScoreLate, At: due, Excuse: state.ExcuseUnasked},
		{Case: state.ScoreReturned, Count: 1, Named: []string{"LC2026-009 年度累计 H6"}},
		{Case: state.ScoreReturned, Count: 5, Named: []string{"LC2026-009 年度累计 H6", "LC2026-010 形象进度 K7", "LC2026-011 本周完成投资 G8"}, More: true},
		{Case: state.ScoreReturnedLate},
		{Case: state.ScoreReturnedOpen},
		{Case: state.ScoreLacking, At: freeze, Of: 3, Count: 1, Named: []string{"〔LC2026-009〕滨河路改造"}},
		{Case: state.ScoreLacking, At: freeze, Of: 6, Count: 4, Named: []string{"〔LC2026-009〕滨河路改造", "〔LC2026-010〕二水厂", "〔LC2026-011〕农贸市场"}, More: true},
	}
	for _, pardon := range []state.Pardon{state.PardonDisputed, state.PardonAmended, state.PardonUnsent, state.PardonSentLate, state.PardonTimeLeft} {
		out = append(out, state.ScoreReason{Case: state.ScorePardoned, Pardon: pardon, Project: "LC2026-009", Name: "滨河路改造"})
	}
	return out
}

// reasons words every reason and every alert, a line each.
func reasons(t *testing.T, c *Composer) string {
	t.Helper()
	var got string
	for _, r := range lightReasons() {
		said, err := c.lightWhy(r)
		if err != nil {
			t.Fatal(err)
		}
		got += "light " + string(r.Case) + ": " + said + "\n"
	}
	for _, r := range scoreReasons(t) {
		said, err := c.deduction(r)
		if err != nil {
			t.Fatal(err)
		}
		got += "score " + string(r.Case) + ": " + said + "\n"
	}
	for _, kind := range []string{IllPoll, IllLogin, IllSMTP, IllStore, IllDisk, IllClock, IllQuota, IllCount, IllSkew, IllLimit} {
		said, err := c.Alert(Ill{Ailment: state.Ailment{Kind: kind, Since: on(t, "09-18 16:00")}})
		if err != nil {
			t.Fatal(err)
		}
		got += "alert " + kind + ": " + said + "\n"
	}
	return got
}

// TestEveryReasonReadsAsWritten compares what is said of every light, deduction and alert
// with its golden file.
func TestEveryReasonReadsAsWritten(t *testing.T) {
	golden(t, "reasons.txt", reasons(t, composer(t, pages(t))))
}
