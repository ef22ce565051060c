package notify

import (
	"fmt"

	"duban/notify/report"
	"duban/state"
)

// How many entries the leaders' letter shows before it refers to the workbook: one phone
// screen first, everything else in the attachment.
const (
	maxDecisions = 8
	maxRed       = 12
	maxYellow    = 12
	maxLedger    = 6 // names in one list of the ledger
)

// summaryPage is the data of summary.*.tmpl and preview.*.tmpl. Amounts are 亿元 with two
// decimals unless the field says 万元.
type summaryPage struct {
	Frame      frame
	SendAt     string // when the leaders' letter leaves
	Readers    []string
	Held       bool   // the office holds the leaders' letter back
	HeldBy     string // who, and why: HeldWhy
	HeldWhy    string
	Code       string // one-time code for 暂缓 or 发送; "" prints no such sentence
	AsOf       string // "9月18日"
	Year       string
	Count      string
	Finished   string // how many of them are finished; "" for none
	Unplanned  string // how many have no plan of this year in the registry; "" for none
	YTD        string
	YearPlan   string
	Rate       string // percent; "" without a plan
	TimePct    string
	Gap        string // percentage points, without a sign
	Pace       string // "behind", "ahead", "even"
	Week       string
	HasPrev    bool
	Delta      string // against the week before, without a sign
	Trend      string // "up", "down", "even"
	CatchUp    string // 万元, without a sign; "" when there is none
	CutBack    bool   // the catch-up lowers the sum
	Red        string
	Yellow     string
	Green      string
	Grey       string
	Decisions  []decision
	AskCount   string // all requests
	AskMore    string // those not shown
	Reds       []lampRow
	RedMore    string
	Yellows    []lampRow
	YellowMore string
	Better     []recoloured // projects whose colour improved
	Classes    []classRow
	Report     reporting
	Issues     string // open issues
	Ledger     []ledgerLine
	Files      []string
	Approved   string // by whom and when the light rule was
}

// decision is one thing the leaders are asked to settle.
type decision struct {
	No, Name, DeptName, Request, Text, Units, Deadline string
	Overdue, New                                       bool
	Colour                                             string
}

// lampRow is one red or yellow project.
type lampRow struct {
	Name, DeptName, Leader, Colour string
	Why                            string // the rule's reason
	Cause                          string // what the department says: its problem
	Was                            string // the colour before, when it was another
	Idle                           string // weeks in a row without investment, from 2
	Stale                          bool
}

// ledgerLine is one list of the ledger of issues.
type ledgerLine struct {
	Kind  string // "new" 新增, "moved" 推进, "still" 未提及, "done" 销号, "late" 逾期
	Count string
	Names string // 桥北水厂扩建(I01)、……
	More  string // how many are not named
}

// classRow is one row of the class table, with the widths of its bar in percent.
type classRow struct {
	Name, Count, Week, YTD, Rate string
	Unplanned                    bool // there is no rate: a plan of this year is missing
	Full, Rest                   string
	Behind                       bool
	Total                        bool
}

// unchanged is a department that reported 无变化; Weeks is how many in a row, "" for the first.
type unchanged struct{ Name, Weeks string }

// reporting is the completeness statement.
type reporting struct {
	Expected          string
	InTime            string
	LateN             string // how many, "" for none
	LateNames         string // short names: 区住建局、区水利局
	UnreportedN       string
	UnreportedNames   string
	ReturnedN         string
	ReturnedNames     string
	ReturnedDone      string // how many of the returned are complete now
	ReturnedAll       bool   // all of them are
	ResubmitLateNames string
	StaleN            string // projects on carried-over figures
	StaleNames        string // their departments
	Unchanged         []unchanged
	PausedNames       string // projects that stand still, until when and why
	ExemptNames       string // departments nothing was due from
	UnverifiedNames   string // departments whose figures stand because we did not answer in time
	AmendedNames      string // projects with a figure the office put in place by hand
	Complete          bool   // every figure is of this week
}

// Summary is the leaders' letter, with the consolidated workbook.
func (c *Composer) Summary(e Edition) (Draft, error) {
	return c.edition(e, leadersEdition(e.Digest.Period, 0), c.readers(e.Digest.Period))
}

// Preview shows the office the leaders' letter before it leaves, with its workbook.
func (c *Composer) Preview(e Edition) (Draft, error) {
	return c.edition(e, state.Occasion{Topic: state.TopicPreview, Week: e.Digest.Period, Target: "office"}, c.toOffice())
}

// readers are the leaders with an address, in the registry's order, then the bodies; those
// addressed only where no formal edition takes the letter's place.
func (c *Composer) readers(w state.Week) []state.Delivery {
	formal := c.Readers.Instead && c.Schedule.Formal(c.Readers.Bodies, w) != nil
	var to []state.Delivery
	for _, l := range c.Roster.Leaders {
		to = addTo(to, l.Mail, false)
	}
	for _, inCopy := range []bool{false, true} {
		for _, r := range c.Roster.Recipients {
			if r.Copy == inCopy && (r.Copy || !formal) {
				to = addTo(to, r.Mail, r.Copy)
			}
		}
	}
	return to
}

func (c *Composer) edition(e Edition, o state.Occasion, to []state.Delivery) (Draft, error) {
	d := c.letter(o, to, e.Now)
	s, err := c.view(e)
	if err != nil {
		return Draft{}, fmt.Errorf("write %s: %w", d.Key, err)
	}
	p := c.summaryPage(s, d)
	if o.Topic == state.TopicPreview {
		p.Held, p.HeldBy, p.HeldWhy, p.Code = e.Hold.Held, trim(e.Hold.By, quoteCell), trim(e.Hold.Reason, quoteText), e.Hold.Code
	}
	if c.Workbook != nil {
		data, err := c.Workbook(s, c.Pages.Say)
		if err != nil {
			return Draft{}, fmt.Errorf("write %s: draw the workbook: %w", d.Key, err)
		}
		name := fmt.Sprintf("重大项目周报汇总_%s.xlsx", s.Week)
		d.Files = []File{{Name: name, Type: typeXLSX, Data: data}}
		p.Files = []string{name}
	}
	return c.render(d, string(o.Topic), p)
}

func (c *Composer) summaryPage(s report.Summary, d Draft) summaryPage {
	o := s.Overall
	p := summaryPage{
		Frame: c.frame(d, ""), SendAt: c.at(s.SummaryAt), AsOf: c.onDay(s.AsOf), Year: fmt.Sprint(s.Week.Year),
		Count: fmt.Sprint(o.Count), Finished: count(o.Finished), Unplanned: count(o.Unplanned), YTD: o.YTD.Yi(), YearPlan: o.YearPlan.Yi(), Rate: rate(o.Rate), TimePct: rate(&s.TimePct),
		Gap: points(o.Gap), Pace: pace(o.Gap), Week: o.Week.Yi(), HasPrev: s.HasPrev,
		Red: fmt.Sprint(s.Counts[state.Red]), Yellow: fmt.Sprint(s.Counts[state.Yellow]),
		Issues: fmt.Sprint(len(s.Issues)), Ledger: ledgerLines(s),
		Approved: c.Approved,
	}
	p.Delta, p.Trend = trend(o.Week - o.PrevWeek)
	if o.CatchUp != 0 {
		p.CatchUp, p.CutBack = wan(o.CatchUp.Abs()), o.CatchUp < 0
	}
	green, grey := 0, 0
	for _, project := range s.Projects {
		switch project.Shown {
		case state.Green:
			green++
		case state.Grey:
			grey++
		}
		if project.Was != "" && dimmer(project.Was) > dimmer(project.Shown) && project.Shown != state.Grey {
			p.Better = append(p.Better, recoloured{project.Name, string(project.Was), string(project.Shown)})
		}
	}
	p.Green, p.Grey = fmt.Sprint(green), count(grey)
	for _, to := range c.readers(s.Week) {
		p.Readers = append(p.Readers, to.To)
	}
	p.Reds, p.RedMore = lamps(s, s.Red, maxRed, cut)
	p.Yellows, p.YellowMore = lamps(s, s.Yellow, maxYellow, cut)
	p.decide(s)
	p.Classes = classTable(s)
	p.Report = completeness(s)
	return p
}
