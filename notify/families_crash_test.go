package notify_test

import (
	"testing"
	"time"

	"duban/state"
)

// Each family of letters that follows from more than one durable step is lived once
// undisturbed and once for every step that may break (play.survives).

// The lead leaders' own, the four bodies' and the departments' editions follow from the
// leaders' letter, the corrected ones from the corrected edition: whoever was told otherwise is
// told again, once, and the replaced summary is kept until then and no longer.
func TestEveryCrashOfTheReadersEditions(t *testing.T) {
	monday := time.Monday
	play{
		set: func(d *desk) {
			twoProjects(d)
			d.Composer.Roster.Recipients = []state.Recipient{{ID: "B1", Body: "区委办公室", Mail: "qwb@lanchuan.example"}}
			d.Composer.Readers = state.Readers{Own: true, Bodies: state.RhythmWeekly, Standing: true, Meeting: state.Meeting{Weekday: monday + 1, At: state.Clock{Hour: 15}, Pack: state.Clock{Hour: 10}}}
		},
		beats: []beat{
			{"09-16 09:00", []func(*state.Records) error{figures("D01", "m1", "P1", 100, clock("09-16 08:00")), figures("D02", "m2", "P2", 50, clock("09-16 08:00"))}},
			{"09-16 09:30", nil},
			{"09-21 07:31", nil},
			{"09-21 08:31", nil},
			{"09-21 08:33", nil},
			{"09-21 10:01", nil},
			{"09-21 15:00", []func(*state.Records) error{figures("D02", "m3", "P2", 5080, clock("09-21 14:40"))}},
			{"09-21 18:31", nil},
			{"09-21 18:33", nil},
			{"09-22 08:00", nil},
		},
		must: []string{
			"preview/2026-W38/office zdxmb", "summary/2026-W38/leaders ld1", "summary/2026-W38/L01 ld1", "summary/2026-W38/B1 qwb", "standing/2026-W38/D01 fgtj", "standing/2026-W38/D02 swj",
			"meeting/2026-W39 zdxmb", "summary/2026-W38/leaders/2 ld1", "summary/2026-W38/L01/2 ld1", "summary/2026-W38/B1/2 qwb", "standing/2026-W38/D02/2 swj",
		},
		steps: 30,
	}.survives(t)
}

// A hold said on the eve, released after the hour: nothing of the week leaves before, all of
// it once after.
func TestEveryCrashOfAHold(t *testing.T) {
	say := func(held bool, at string) func(*state.Records) error {
		return func(r *state.Records) error {
			return r.TakeSay(state.Say{Week: week38, Held: held, By: "张三", Reason: "再核", At: clock(at)})
		}
	}
	play{
		set: func(d *desk) {
			twoProjects(d)
			d.Composer.Readers = state.Readers{Own: true, Standing: true}
		},
		beats: []beat{
			{"09-16 09:00", []func(*state.Records) error{figures("D01", "m1", "P1", 100, clock("09-16 08:00")), figures("D02", "m2", "P2", 50, clock("09-16 08:00"))}},
			{"09-21 07:31", nil},
			{"09-21 08:00", []func(*state.Records) error{say(true, "09-21 07:59")}},
			{"09-21 08:31", nil},
			{"09-21 09:30", []func(*state.Records) error{say(false, "09-21 09:29")}},
			{"09-21 09:32", nil},
		},
		must:  []string{"summary/2026-W38/leaders ld1", "summary/2026-W38/L01 ld1", "standing/2026-W38/D01 fgtj"},
		steps: 12,
	}.survives(t)
}

// A week's grounds make one draft; with the office's word the circular leaves once, and what
// it wants put right is called to mind before the day and on it.
func TestEveryCrashOfACircular(t *testing.T) {
	for answer, must := range map[state.Answer][]string{
		state.AnswerYes: {
			"circular/2026-W38/departments/1 swj-head", "circular/2026-W38/departments/1 jcts", "circular/2026-W38/departments/1 zdxmb",
			"rectify/2026-W38/D02/1 swj", "rectify/2026-W38/D02/2 swj", "notice/2026-W38/decided-circular-1/1 zdxmb",
		},
		state.AnswerNo: {"proposal/2026-W38/circular-1 zdxmb", "notice/2026-W38/decided-circular-1/1 zdxmb"},
	} {
		play{
			set: func(d *desk) {
				twoProjects(d)
				d.Circulars = state.CircularRule{Late: 1, Rectify: 2, To: []string{"jcts@lanchuan.example"}}
			},
			beats: []beat{
				{"09-16 09:00", []func(*state.Records) error{figures("D01", "m1", "P1", 100, clock("09-16 08:00"))}},
				{"09-18 18:12", nil},
				{"09-21 08:31", nil},
				{"09-21 18:32", nil},
				{"09-21 18:34", nil},
				{"09-22 09:10", []func(*state.Records) error{decides("circular/2026-W38/1", answer, "09-22 09:08")}},
				{"09-22 09:12", nil},
				{"09-23 15:02", nil},
				{"09-24 18:02", nil},
				{"09-25 09:00", nil},
			},
			must: must, steps: 20,
		}.survives(t)
	}
}

// Approved while all letters are held back, and one of those it names is exempt after all: the
// circular is taken back whole, what is left is asked for anew, and with the second word that
// text leaves once; nobody is to put right what no letter named.
func TestEveryCrashOfACircularTakenBack(t *testing.T) {
	freed := func(r *state.Records) error {
		d, err := r.Digest(week38)
		if err != nil {
			return err
		}
		d.Reporting.Unreported, d.Reporting.Exempt = []string{"D01"}, []string{"D02"}
		return r.PutDigest(*d)
	}
	play{
		set: func(d *desk) {
			twoProjects(d)
			d.Circulars = state.CircularRule{Late: 1, Rectify: 2, To: []string{"jcts@lanchuan.example"}}
		},
		beats: []beat{
			{"09-16 09:00", nil},
			{"09-21 08:31", nil},
			{"09-21 18:32", nil},
			{"09-22 09:00", []func(*state.Records) error{decides("circular/2026-W38/1", state.AnswerYes, "09-22 08:58")}},
			{"09-22 09:05", nil},
			{"09-22 09:20", []func(*state.Records) error{freed}},
			{"09-22 10:30", nil},
			{"09-22 10:40", []func(*state.Records) error{decides("circular/2026-W38/2", state.AnswerYes, "09-22 10:38")}},
			{"09-22 10:42", nil},
			{"09-23 15:02", nil},
		},
		held: []string{"09-22 09:00", "09-22 09:05", "09-22 09:20"},
		must: []string{
			"notice/2026-W38/decided-circular-1/1 zdxmb", "notice/2026-W38/decided-circular-1/2 zdxmb", "proposal/2026-W38/circular-2 zdxmb",
			"circular/2026-W38/departments/2 fgtj-head", "circular/2026-W38/departments/2 jcts", "rectify/2026-W38/D01/1 fgtj",
		},
		never: []string{"circular/2026-W38/departments/1", "rectify/2026-W38/D02"},
		steps: 20,
	}.survives(t)
}

// The month's families: leaders are reminded of visits, the office gets the counts and the
// sheet of scores, and with its word every department gets its own, once.
func TestEveryCrashOfTheMonthsLedgers(t *testing.T) {
	play{
		set: func(d *desk) {
			twoProjects(d)
			d.Score = state.DefaultScores()
		},
		beats: []beat{
			{"09-16 09:00", []func(*state.Records) error{figures("D01", "m1", "P1", 100, clock("09-16 08:00"))}},
			{"09-21 09:01", nil},
			{"09-23 09:01", nil},
			{"09-24 09:01", nil},
			{"09-28 08:31", nil},
			{"09-28 18:32", nil},
			{"10-01 09:01", nil},
			{"10-01 10:01", nil},
			{"10-02 09:00", []func(*state.Records) error{decides("score/2026-09", state.AnswerYes, "10-02 08:58")}},
			{"10-02 09:02", nil},
			{"10-06 09:00", nil},
		},
		must:  []string{"visit/2026-09/L01/1 ld1", "visit/2026-09/L01/2 ld1", "visit/2026-09 zdxmb", "score/2026-09/office zdxmb", "score/2026-09/D01 fgtj", "score/2026-09/D02 swj"},
		steps: 20,
	}.survives(t)
}

// The office hears once that an exemption ends.
func TestEveryCrashOfAnExemptionsEnd(t *testing.T) {
	exempt := func(subject string) func(*state.Records) error {
		return func(r *state.Records) error {
			return r.PutExemption(state.Exemption{Subject: subject, From: week38.Add(-1), Until: clock("09-22 00:00"), Reason: "停工", By: "张三", At: clock("09-08 10:00")})
		}
	}
	play{
		set: twoProjects,
		beats: []beat{
			{"09-16 09:00", []func(*state.Records) error{exempt("D02"), exempt("P1")}},
			{"09-21 09:01", nil},
			{"09-21 09:03", nil},
			{"09-22 09:00", nil},
		},
		must:  []string{"notice/2026-W39/exempt-D02-0922 zdxmb", "notice/2026-W39/exempt-P1-0922 zdxmb"},
		steps: 6,
	}.survives(t)
}

// A late report closes the chain: whoever was told that it is missing hears once that it came.
func TestEveryCrashOfAChainThatCloses(t *testing.T) {
	play{
		set: func(d *desk) {
			twoProjects(d)
			d.Composer.Schedule.Escalation = state.Step{Workdays: 1, At: state.Clock{Hour: 14}}
		},
		beats: []beat{
			{"09-16 09:00", []func(*state.Records) error{figures("D01", "m1", "P1", 100, clock("09-16 08:00"))}},
			{"09-18 18:12", nil},
			{"09-21 09:01", nil},
			{"09-21 12:05", nil},
			{"09-21 14:06", nil},
			{"09-21 14:10", []func(*state.Records) error{decides("escalation/2026-W38/L01", state.AnswerYes, "09-21 14:08")}},
			{"09-21 15:00", []func(*state.Records) error{figures("D02", "m2", "P2", 50, clock("09-21 14:40"))}},
			{"09-21 15:02", nil},
			{"09-21 15:04", nil},
		},
		must:  []string{"escalation/2026-W38/L01 ld1", "receipt/2026-W38/D02/1 swj", "lateok/2026-W38/D02 ld1", "lateok/2026-W38/D02 swj-head"},
		steps: 24,
	}.survives(t)
}

// Two figures corrected by hand in one sitting, behind the department's receipt: it hears of both
// in one letter, once, and of a third one of the next day in another.
func TestEveryCrashOfACorrectionByHand(t *testing.T) {
	by := func(column, at string) func(*state.Records) error {
		return func(r *state.Records) error {
			return r.PutAmendment(state.Amendment{Week: week38, Project: "P1", Column: column, Value: "90", Was: "100", Reason: "核对", By: "张三", At: clock(at)})
		}
	}
	play{
		set: twoProjects,
		beats: []beat{
			{"09-16 09:00", []func(*state.Records) error{figures("D01", "m1", "P1", 100, clock("09-16 08:00"))}},
			{"09-16 10:00", []func(*state.Records) error{by("week_invest", "09-16 09:40"), by("ytd_invest", "09-16 09:50")}},
			{"09-16 10:25", nil},
			{"09-16 10:27", nil},
			{"09-16 20:40", []func(*state.Records) error{by("cum_invest", "09-16 19:50")}},
			{"09-17 08:00", nil},
			{"09-17 08:02", nil},
		},
		must:  []string{"receipt/2026-W38/D01/1 fgtj", "amended/2026-W38/D01/1 fgtj", "amended/2026-W38/D01/2 fgtj"},
		never: []string{"amended/2026-W38/D01/3"},
		steps: 8,
	}.survives(t)
}

// A stranger's mail is told of once with a code; claimed, it is answered once as the report of
// the department, and the claim is confirmed once.
func TestEveryCrashOfAClaim(t *testing.T) {
	stranger := func(r *state.Records) error {
		return r.PutMail(state.Mail{
			ID: "0123456789abcdef", From: "someone@private.example", Received: clock("09-18 14:00"), Week: week38, Kind: state.MailUnknown,
			Decision: state.DecisionQuarantine, Books: []state.Book{{Name: "周报.xlsx"}}, Findings: []state.Finding{{Message: "这个地址不在登记表里。"}},
		})
	}
	const key = "claim/0123456789ab"
	claimed := func(r *state.Records) error { // as the collector takes it: the report and that it is done
		err := r.Decide(key, state.Decided{Answer: state.AnswerYes, Chosen: "D02", By: "张三", At: clock("09-18 14:30")})
		if err != nil {
			return err
		}
		q, err := r.Proposal(key)
		if err != nil {
			return err
		}
		q.Done = clock("09-18 14:31")
		if err := r.PutProposal(*q); err != nil {
			return err
		}
		return figures("D02", "0123456789abcdef", "P2", 50, clock("09-18 14:00"))(r)
	}
	play{
		set: twoProjects,
		beats: []beat{
			{"09-16 09:00", []func(*state.Records) error{figures("D01", "m1", "P1", 100, clock("09-16 08:00"))}},
			{"09-18 14:05", []func(*state.Records) error{stranger}},
			{"09-18 14:07", nil},
			{"09-18 14:32", []func(*state.Records) error{claimed}},
			{"09-18 14:50", nil},
		},
		must:  []string{"notice/2026-W38/unknown-0123456789ab zdxmb", "receipt/2026-W38/D02/1 swj", "notice/2026-W38/decided-claim-0123456789ab/1 zdxmb"},
		steps: 8,
	}.survives(t)
}
