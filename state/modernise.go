package state

import (
	"context"
	"fmt"
	"slices"
)

// filedAtOnce is how many records are put on their lists in one transaction.
const filedAtOnce = 500

// modernise gives a store of layout 1, or a new one, what layout 2 has besides: the lists of
// issues and of rectifications. The layout is recorded last, so that one whose modernising was
// cut short is modernised again, with the same result.
func (s *Store) modernise(ctx context.Context) error {
	var issues []Issue
	var rectify []Rectification
	err := s.View(ctx, func(r *Records) (err error) {
		if issues, err = r.Issues(); err == nil {
			rectify, err = r.Rectifications()
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := fileAll(ctx, s, issues, (*Records).fileIssue); err != nil {
		return fmt.Errorf("list issues: %w", err)
	}
	if err := fileAll(ctx, s, rectify, (*Records).fileRectification); err != nil {
		return fmt.Errorf("list what is to be put right: %w", err)
	}
	return s.Update(ctx, func(r *Records) error { return put(r.tx, keySchema, schemaVersion) })
}

// fileAll puts records on their lists, a pack in each transaction.
func fileAll[T any](ctx context.Context, s *Store, all []T, file func(*Records, T) error) error {
	for pack := range slices.Chunk(all, filedAtOnce) {
		err := s.Update(ctx, func(r *Records) error {
			for _, record := range pack {
				if err := file(r, record); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
