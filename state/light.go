package state

import "time"

// Colour is a light, always written as its word.
type Colour string

// The colours. Grey (未报) is how a page shows a project without a report that would
// otherwise be green; None is for classes that are not lit.
const (
	Red    Colour = "红"
	Yellow Colour = "黄"
	Green  Colour = "绿"
	Grey   Colour = "灰"
	None   Colour = "—"
)

// Light is a project's light and the reason in words.
type Light struct {
	Colour   Colour   `json:"light"`
	Why      string   `json:"why"`
	Schedule *float64 `json:"schedule_pct,omitempty"` // what should be done by now, percent, one decimal
	Done     *float64 `json:"done_pct,omitempty"`     // what is done of the year's plan
	Ratio    *float64 `json:"ratio,omitempty"`        // Done/Schedule, three decimals
	Stale    bool     `json:"stale"`                  // judged on carried-over figures
}

// LightRule holds the thresholds of the light rule (亮灯), approved by the office.
type LightRule struct {
	Red         float64       // ratio below: red (0.6)
	Yellow      float64       // ratio below: yellow (0.8)
	MinSchedule float64       // no ratio light while scheduled% is below this (10)
	RedStart    time.Duration // not started this long after the planned start: red (90 days)
	RedOverdue  time.Duration // a 前期 milestone overdue this long: red (30 days)
	Approved    string        // by whom and when, printed with the summary
}
