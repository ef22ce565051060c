package blobs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// Open opens the store in dir, creating the folder (mode 0700) if need be. A blob lies in
// a sub-folder named by the first two digits of its sum.
func Open(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make blob folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open blob folder: %w", err)
	}
	top, err := root.Open(".")
	if err != nil {
		return nil, fmt.Errorf("open blob folder: %w", errors.Join(err, root.Close()))
	}
	if err := root.Mkdir(nursery, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make folder for new blobs: %w", errors.Join(err, top.Close(), root.Close()))
	}
	d := &disk{root: root, top: top}
	return &Store{backing: &folder{disk: d, at: d}}, nil
}

// Close frees the folder.
func (s *Store) Close() error {
	if f, ok := s.backing.(*folder); ok {
		return f.close()
	}
	return nil
}

// steps are the moves on the disk that a crash can part. Names are relative to the store.
type steps interface {
	create(name string, data []byte) error // not durable
	syncFiles(names []string) error
	rename(from, to string) error // not durable
	syncFolders(names []string) error
}

// folder is a backing of files.
type folder struct {
	*disk
	at steps // the same disk, or a failing one in tests
}

// nursery is the sub-folder of files not yet durable. One folder for all keeps their
// inodes together, which on ext4 makes a pack ten times faster than creating each file in
// its own sub-folder.
const nursery = "new"

func cradle(sum string) string { return nursery + "/" + sum }

func home(sum string) string { return sum[:2] + "/" + sum }

// write creates, syncs, renames, syncs. A crash before the renames leaves files in the
// nursery, which nobody reads and the next Put of the same bytes replaces; a crash after
// them leaves whole blobs nobody asked for.
func (f *folder) write(pack []blob) error {
	var files, folders []string // to be synced
	var fresh []string          // sums to be renamed into place
	for _, b := range pack {
		made, err := f.makeHome(b.sum)
		if err != nil {
			return err
		}
		if made {
			folders = append(folders, ".")
		}
		folders = append(folders, b.sum[:2])
		if old, err := f.read(b.sum); err == nil && Sum(old) == b.sum {
			// It may be there from a Put that died before its last sync.
			files = append(files, home(b.sum))
			continue
		}
		if err := f.at.create(cradle(b.sum), b.data); err != nil {
			return err
		}
		files = append(files, cradle(b.sum))
		fresh = append(fresh, b.sum)
	}
	if err := f.at.syncFiles(files); err != nil {
		return fmt.Errorf("%w: %w", errSync, err)
	}
	for _, sum := range fresh {
		if err := f.at.rename(cradle(sum), home(sum)); err != nil {
			return err
		}
	}
	slices.Sort(folders)
	if err := f.at.syncFolders(slices.Compact(folders)); err != nil {
		return fmt.Errorf("%w: %w", errSync, err)
	}
	return nil
}
