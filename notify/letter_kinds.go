package notify

import "errors"

var errNotYet = errors.New("this letter is not written yet")

// Receipt confirms a clean try and reads its totals back.
func (c *Composer) Receipt(a Answer) (Draft, error) { return Draft{}, errNotYet }

// Correction names every defect of a try, once.
func (c *Composer) Correction(a Answer) (Draft, error) { return Draft{}, errNotYet }

// Due reminds a department before the deadline.
func (c *Composer) Due(ch Chase) (Draft, error) { return Draft{}, errNotYet }

// Late chases a department after the deadline.
func (c *Composer) Late(ch Chase) (Draft, error) { return Draft{}, errNotYet }

// Preview shows the office the leaders' letter before it leaves.
func (c *Composer) Preview(e Edition) (Draft, error) { return Draft{}, errNotYet }

// Summary is the leaders' letter.
func (c *Composer) Summary(e Edition) (Draft, error) { return Draft{}, errNotYet }

// Notice tells the office of something only a person can settle.
func (c *Composer) Notice(n Notice) (Draft, error) { return Draft{}, errNotYet }
