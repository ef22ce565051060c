package state

import "time"

// Issue is one problem a department reported on a project, kept until it is closed
// explicitly (销号): a blank cell closes nothing.
type Issue struct {
	ID       string    `json:"issue_id"` // "I07": stable, in the order of first report
	Project  string    `json:"project_id"`
	Dept     string    `json:"dept,omitempty"`
	Type     string    `json:"type,omitempty"`
	Text     string    `json:"text"`
	Request  string    `json:"request"`
	Units    []string  `json:"units"`
	Deadline string    `json:"deadline"` // ISO day, "" when none was given
	Opened   Week      `json:"opened"`
	Seen     Week      `json:"seen"`   // the last week it was reported
	Closed   Week      `json:"closed"` // zero while open
	Since    time.Time `json:"since"`
}
