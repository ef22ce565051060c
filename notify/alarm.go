package notify

import (
	"context"
	"fmt"

	"duban/state"
)

// alarm tells the office, once a day, that the mail fuse holds letters back. It is the one
// letter the fuse lets through (passes).
func (p *Planner) alarm(ctx context.Context, f facts) error {
	if p.Tripped == nil {
		return nil
	}
	fuse := p.Tripped()
	if fuse == nil {
		return nil
	}
	draft, err := p.Composer.Notice(Notice{Matter: MatterFuse, Fuse: fuse, Week: f.schedule.Current(f.now), Now: f.now})
	if err != nil {
		return err
	}
	var told *state.Letter
	err = p.Store.View(ctx, func(r *state.Records) (err error) {
		told, err = r.Letter(draft.Key)
		return err
	})
	if err != nil || told != nil {
		return err
	}
	in, err := p.ready(draft, f.now, nil)
	if err != nil {
		return err
	}
	if err := p.queue(ctx, []intent{in}, f.now); err != nil {
		return fmt.Errorf("alarm of the fuse: %w", err)
	}
	return nil
}

// passes reports whether the fuse lets a letter through: the office's own alarm, of which
// there is one a day, and nothing to anybody else.
func passes(p parcel, office string) bool {
	return p.letter.Kind == state.TopicHealth && p.to() == office
}
