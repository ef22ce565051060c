package state

import (
	"fmt"
	"time"
)

// Digest is a week in figures: what `duban week --json` prints and what the leaders'
// letter and workbook are drawn from. Amounts are 万元 in JSON (see Fen.MarshalJSON).
type Digest struct {
	Period     Week      `json:"period"`
	AsOf       string    `json:"as_of"` // ISO day
	Due        time.Time `json:"due"`
	ResubmitBy time.Time `json:"resubmission_due"`
	SummaryAt  time.Time `json:"summary_at"`
	// TimePct is how much of the year has passed, in percent with one decimal.
	TimePct    float64                   `json:"time_progress_pct"`
	Overall    Figures                   `json:"overall"`
	PrevYTD    Fen                       `json:"prev_ytd"` // PrevYTD + Week + CatchUp = YTD holds every week
	ByClass    map[Class]Figures         `json:"by_class"`
	ByDept     map[string]DeptFigures    `json:"by_dept"`
	Projects   map[string]ProjectFigures `json:"projects"`
	Reporting  Reporting                 `json:"reporting"`
	DeptDetail map[string]DeptDetail     `json:"dept_detail"`
	OtherMail  []OtherMail               `json:"other_mail"`
	Counts     map[Colour]int            `json:"lights_count"`
	Lights     map[string]Light          `json:"lights"` // red and yellow projects only
	Issues     IssueList                 `json:"issues"`
}

// Explain puts the reasons of the digest's lights into words.
func (d *Digest) Explain(say func(LightReason) (string, error)) error {
	for id, l := range d.Lights {
		var err error
		if l.Why, err = say(l.Reason); err != nil {
			return fmt.Errorf("word the light of %s: %w", id, err)
		}
		d.Lights[id] = l
	}
	return nil
}

// Figures are the sums of a group of projects: those on the list, and those finished this year.
type Figures struct {
	Count    int `json:"count"`
	Finished int `json:"finished,omitempty"` // how many of them are finished (已完工)
	// Unplanned is how many have no plan of this year in the registry, whose plan is no part of
	// YearPlan. RatePct is null then: the sum would be measured against the plans of others.
	Unplanned int      `json:"unplanned,omitempty"`
	Total     Fen      `json:"total_invest"`
	YearPlan  Fen      `json:"year_plan"`
	Week      Fen      `json:"week_reported"`
	CatchUp   Fen      `json:"catch_up"` // what reports brought beyond last week plus this week
	YTD       Fen      `json:"ytd"`
	RatePct   *float64 `json:"rate_pct"` // YTD of YearPlan, one decimal; null without a plan
}

// DeptFigures are the sums of one department's projects.
type DeptFigures struct {
	Figures
	Short string `json:"short"`
}

// ProjectFigures are one project's figures of the week.
type ProjectFigures struct {
	YTD     Fen  `json:"ytd"`
	Week    Fen  `json:"week"`
	Source  Week `json:"src"`   // the week YTD was accepted for
	Stale   bool `json:"stale"` // 沿用: nothing was accepted this week
	CatchUp Fen  `json:"catch_up"`

	Exempt     bool `json:"exempt,omitempty"`     // 免报: stale with the office's leave
	Unverified bool `json:"unverified,omitempty"` // 未核: not answered within our own limit
	Amended    bool `json:"amended,omitempty"`    // 办公室更正: the office put a figure in place
	// Paused is until when and why the project stands still (暂停), in Chinese; "" when it does not.
	// It has no light and is not stale: nothing was due.
	Paused    string `json:"paused,omitempty"`
	Unplanned bool   `json:"unplanned,omitempty"` // the registry holds another year's plan: no rate, no light by pace
	Finished  bool   `json:"finished,omitempty"`  // 已完工: no longer expected, its figures stay in the year's sums
}

// Reporting says who reported how, by department id in the roster's order.
type Reporting struct {
	Expected   int      `json:"expected"`
	OnTime     []string `json:"on_time"`
	Late       []string `json:"late"`
	Unreported []string `json:"unreported"`
	Exempt     []string `json:"exempt,omitempty"`     // 免报: nothing was due from them
	Unverified []string `json:"unverified,omitempty"` // 未核: we did not answer them in time
	// Unchanged is who reported 无变化, and the how-manieth week in a row.
	Unchanged    map[string]int `json:"unchanged,omitempty"`
	Returned     []string       `json:"returned"`
	ResubmitLate []string       `json:"resubmission_late"`
	NotInSummary []string       `json:"not_in_summary"`
}

// DeptDetail is one department's week.
type DeptDetail struct {
	Status         string       `json:"status"` // on_time, late, unreported
	State          DeptState    `json:"state"`
	FirstReceived  *time.Time   `json:"first_received,omitempty"`
	Accepted       string       `json:"accepted_submission,omitempty"` // Message-ID of the mail that completed it
	AcceptedAt     *time.Time   `json:"accepted_at,omitempty"`
	Returned       bool         `json:"returned_for_correction"`
	ResubmitOnTime *bool        `json:"resubmission_on_time"`
	Submissions    []Submission `json:"submissions"`
}

// Submission is one try in JSON.
type Submission struct {
	MessageID string    `json:"message_id"`
	Received  time.Time `json:"received_at"`
	Decision  Decision  `json:"decision"`
	Findings  []Finding `json:"findings"`
}

// OtherMail is a mail that is no submission.
type OtherMail struct {
	MessageID string   `json:"message_id"`
	Kind      MailKind `json:"kind"`
}

// IssueList is the ledger as of the week.
type IssueList struct {
	Open    int         `json:"open"`
	New     []string    `json:"new"`
	Closed  []string    `json:"closed"`
	Overdue []string    `json:"overdue"`
	List    []WeekIssue `json:"list"`
	// Moved are the issues of earlier weeks that were spoken of again (推进), Done the closed
	// ones of the week in full (销号).
	Moved []string    `json:"progressed,omitempty"`
	Done  []WeekIssue `json:"done,omitempty"`
}

// WeekIssue is an open issue as the week shows it.
type WeekIssue struct {
	Issue
	Reported bool `json:"reported_this_week"`
	Overdue  bool `json:"overdue"`
}

// Facts is everything the summary of a week follows from. Summarise is a pure function of it.
type Facts struct {
	Week     Week
	Now      time.Time // figures received up to here count
	Roster   *Roster
	Schedule *Schedule
	Lamp     LightRule
	Depts    map[string]*DeptWeek // of Week, by department
	Bases    map[string]Base      // last accepted figures before Week, by project
	Prev     *Digest              // the frozen digest of the week before; nil when there is none
	Other    []OtherMail
	Issues   []Issue
	Exempt   Exempted // what need not report in Week
}
