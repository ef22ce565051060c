package notify_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"duban/state"
)

// bringsNew is D02's report with two rows of projects nobody registered.
func bringsNew(names ...string) func(*state.Records) error {
	return func(r *state.Records) error {
		at := clock("09-16 08:00")
		m := state.Mail{ID: "m2", From: "swj@lanchuan.example", Received: at, Dept: "D02", Week: week38, Kind: state.MailSubmission, Decision: state.DecisionAccept}
		try := state.Try{Mail: "m2", Received: at, Decision: state.DecisionAccept}
		sheet := state.Sheet{Name: "在建项目"}
		for i, name := range names {
			sheet.Rows = append(sheet.Rows, state.Row{Sheet: "在建项目", No: 5 + i, Class: state.ClassContinuing, Values: map[string]state.Value{
				"project_name": {Cell: "B5", Text: name}, "total_invest": {Cell: "D5", Text: "6800"}, "year_plan": {Cell: "E5", Text: "1500"},
			}})
			try.Findings = append(try.Findings, state.Finding{Rule: "project-new", Level: state.LevelNote, Book: "周报.xlsx", Sheet: "在建项目", Name: name})
		}
		m.Books = []state.Book{{Name: "周报.xlsx", Sheets: []state.Sheet{sheet}}}
		if err := r.PutMail(m); err != nil {
			return err
		}
		return r.PutDeptWeek(state.DeptWeek{Week: week38, Dept: "D02", First: at, State: state.Accepted, Tries: []state.Try{try}})
	}
}

// onAddition is the office's word on the question about a project of that name; with 同意 it joins
// the list in the same transaction, as the collector does it.
func onAddition(name string, answer state.Answer, at string) func(*state.Records) error {
	return func(r *state.Records) error {
		asked, err := r.Proposals(state.ProposalAddition)
		if err != nil {
			return err
		}
		for _, q := range asked {
			var a state.Addition
			if err := json.Unmarshal(q.Body, &a); err != nil {
				return err
			}
			if a.Entry.Name != name {
				continue
			}
			if err := decides(q.Key, answer, at)(r); err != nil || answer != state.AnswerYes {
				return err
			}
			done, err := r.Proposal(q.Key)
			if err != nil {
				return err
			}
			done.Done = clock(at)
			if err := r.PutProposal(*done); err != nil {
				return err
			}
			return r.PutChange(state.Change{Project: a.ID, Field: state.ChangeJoin, New: "2026-09-12", From: week38, Proposal: q.Key, By: "张三", At: clock(at), Entry: a.Entry})
		}
		return fmt.Errorf("the office was not asked about %s", name)
	}
}

// A report brings two projects nobody registered: the office is asked about each once, under two
// numbers; the one it agreed to is told the department once, with its number, and so is that the
// other does not join.
func TestEveryCrashOfProjectsThatAreNew(t *testing.T) {
	play{
		set: func(d *desk) {
			twoProjects(d)
			d.Composer.Form = &state.Form{Columns: []state.Column{{ID: "project_name", Title: "项目名称"}}}
		},
		beats: []beat{
			{"09-16 08:40", []func(*state.Records) error{bringsNew("滨江绿道提升工程", "智慧停车一期")}},
			{"09-16 08:42", nil},
			{"09-16 10:00", []func(*state.Records) error{onAddition("滨江绿道提升工程", state.AnswerYes, "09-16 09:58"), onAddition("智慧停车一期", state.AnswerNo, "09-16 09:58")}},
			{"09-16 10:02", nil},
			{"09-16 10:04", nil},
		},
		must: []string{
			"proposal/2026-W38/addition-2026-D02-1c955af1 zdxmb", "proposal/2026-W38/addition-2026-D02-ba5e0df7 zdxmb",
			"registry/2026-W38/D02/1 swj", "registry/2026-W38/addition-2026-D02-ba5e0df7 swj",
		},
		steps: 10,
	}.survives(t)
}
