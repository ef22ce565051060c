package state

import (
	"encoding/json"
	"fmt"
)

// Adoption is what a department is asked, and may agree to by reply: that what a mail of
// somebody else's reports of its projects counts as its own report.
type Adoption struct {
	Mail string `json:"mail"` // the mail's id
	Dept string `json:"dept"` // whose projects they are
}

// Key is the key of the proposal.
func (a Adoption) Key() string {
	return fmt.Sprintf("%s/%.12s/%s", ProposalAdopt, a.Mail, a.Dept)
}

// Adoption reads back what an adoption's proposal is about.
func (p *Proposal) Adoption() (Adoption, error) {
	var a Adoption
	if err := json.Unmarshal(p.Body, &a); err != nil {
		return a, fmt.Errorf("read %s: %w", p.Key, err)
	}
	return a, nil
}
