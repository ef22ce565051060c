package blobs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// disk is the files themselves. Every name goes through an os.Root, so that none can lead
// out of the store's folder.
type disk struct {
	root *os.Root
	top  *os.File // the folder itself, to sync its file system through
}

func (d *disk) close() error { return errors.Join(d.top.Close(), d.root.Close()) }

// fewSyncs is up to how many files are synced one by one; more are synced by one call.
const fewSyncs = 2

// makeHome makes the sub-folder for sum and tells whether it is new.
func (d *disk) makeHome(sum string) (made bool, err error) {
	err = d.root.Mkdir(sum[:2], 0o700)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("make sub-folder: %w", err)
	}
	return true, nil
}

func (d *disk) create(name string, data []byte) error {
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("create: %w", err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		// On a full disk the half-written file would only be in the way.
		return errors.Join(fmt.Errorf("write: %w", err), d.root.Remove(name))
	}
	return nil
}

func (d *disk) rename(from, to string) error { return d.root.Rename(from, to) }

func (d *disk) syncFiles(names []string) error   { return d.sync(names) }
func (d *disk) syncFolders(names []string) error { return d.sync(names) }

// sync makes the named files or folders durable.
func (d *disk) sync(names []string) error {
	if len(names) > fewSyncs {
		if done, err := syncAll(d.top); done || err != nil {
			return err
		}
	}
	for _, name := range names {
		f, err := d.root.Open(name)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (d *disk) read(sum string) ([]byte, error) {
	info, err := d.root.Stat(home(sum))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxSize || !info.Mode().IsRegular() {
		return nil, ErrDamaged
	}
	return d.root.ReadFile(home(sum))
}

func (d *disk) has(sum string) (bool, error) {
	_, err := d.root.Stat(home(sum))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (d *disk) each(fn func(sum string, size int64) error) error {
	for i := range 256 {
		entries, err := fs.ReadDir(d.root.FS(), fmt.Sprintf("%02x", i))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("list blobs: %w", err)
		}
		for _, e := range entries {
			if !valid(e.Name()) {
				continue
			}
			info, err := e.Info()
			if err != nil {
				return fmt.Errorf("list blobs: %w", err)
			}
			if err := fn(e.Name(), info.Size()); err != nil {
				return err
			}
		}
	}
	return nil
}
