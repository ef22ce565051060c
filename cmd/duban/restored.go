package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"duban/notify"
)

// What stands in the mark that holds letters back: a restore's own, and the one that is left
// when the folder of sent mail proved nothing. Any other text is a person's.
const (
	markRestored = "restored from "
	markUnproven = "a person decides: "
)

// reconcileRounds bounds how often letters are planned that follow from others which had left.
const reconcileRounds = 8

// reconcile lifts the hold of a restore by itself once the folder of sent mail has told what
// left after the backup; where it cannot tell, a person lifts it. It waits for a complete poll:
// what is due follows from the mails that came after the backup. A crash anywhere in it leaves
// the mark, and the next turn does it all again; nothing leaves before the mark is gone.
func (o *office) reconcile(ctx context.Context, polled bool) error {
	mark := filepath.Join(o.cfg.StateDir, heldFile)
	text, err := os.ReadFile(mark)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("read why letters are held back: %w", err)
	case !polled || !strings.HasPrefix(string(text), markRestored):
		return nil
	}
	now := o.now()
	err = o.dispatcher.Reconcile(ctx, now)
	if errors.Is(err, notify.ErrNoProof) {
		o.log.Warn("restored: the folder of sent mail cannot tell which letters left, a person decides")
		return os.WriteFile(mark, []byte(markUnproven+string(text)), 0o600)
	}
	if err != nil {
		return err
	}
	left := 0
	for range reconcileRounds {
		if err := o.planner.Plan(ctx, now); err != nil {
			o.log.Warn("restored: not every letter could be planned", "err", notify.Scrub(err.Error()))
		}
		n, err := o.dispatcher.SettleFiled(ctx, now)
		if err != nil {
			return err
		}
		if left += n; n == 0 {
			break // what follows from letters that had left is planned, and settled, too
		}
	}
	held, err := o.dispatcher.HoldForOffice(ctx)
	if err != nil {
		return err
	}
	if err := os.Remove(mark); err != nil {
		return fmt.Errorf("lift the hold of the restore: %w", err)
	}
	o.log.Warn("restored: compared with the folder of sent mail", "left", left, "held", held)
	return nil
}
