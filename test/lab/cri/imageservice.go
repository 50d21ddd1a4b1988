package cri

import (
	"context"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	runtimeapi "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// imageSize is what every image is said to take, in bytes.
const imageSize = 24 << 20

// find returns the entry of the images file for an image on this node.
func (s *server) find(image string) (Image, error) {
	images, err := LoadImages(s.cfg.Images)
	if err != nil {
		return Image{}, status.Error(codes.Internal, err.Error())
	}
	found, err := images.Find(image, s.cfg.Node)
	if err != nil {
		return Image{}, status.Error(codes.Internal, err.Error())
	}
	return found, nil
}

// PullImage implements the CRI: the tag then stands for the digest that the file gives now.
func (s *server) PullImage(ctx context.Context, r *runtimeapi.PullImageRequest) (*runtimeapi.PullImageResponse, error) {
	name := r.GetImage().GetImage()
	image, err := s.find(name)
	if err != nil {
		return nil, err
	}
	select {
	case <-time.After(image.PullTime):
	case <-ctx.Done():
		return nil, status.FromContextError(ctx.Err()).Err()
	}
	full := normal(name)
	switch image.Pull {
	case "":
	case "not-found":
		return nil, status.Error(codes.NotFound, pullError(full, image.Pull))
	default:
		return nil, status.Error(codes.Unknown, pullError(full, image.Pull))
	}
	stored := newImage(full, image.Digest)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pulled[full] = stored
	return &runtimeapi.PullImageResponse{ImageRef: stored.Id}, nil
}

// newImage makes what a node stores of an image. An image by digest has that digest.
func newImage(full, dig string) *runtimeapi.Image {
	repository, byDigest, _ := strings.Cut(full, "@")
	if i := strings.LastIndex(repository, ":"); byDigest == "" && i > strings.LastIndex(repository, "/") {
		repository = repository[:i]
	}
	if byDigest != "" {
		dig = byDigest
	} else if dig == "" {
		dig = digest(full)
	}
	im := &runtimeapi.Image{
		Id:          digest("config of " + dig),
		RepoDigests: []string{repository + "@" + dig},
		Size:        imageSize,
		Spec:        &runtimeapi.ImageSpec{Image: full},
	}
	if byDigest == "" {
		im.RepoTags = []string{full}
	}
	return im
}

// stored returns a pulled image by name or ID; the image itself if the node
// does not have it, as after its removal. The caller holds s.mu.
func (s *server) stored(ref string) *runtimeapi.Image {
	if im := s.lookUp(ref); im != nil {
		return im
	}
	return newImage(normal(ref), "")
}

// lookUp returns a pulled image by name or ID; nil for none. The caller holds s.mu.
func (s *server) lookUp(ref string) *runtimeapi.Image {
	if im := s.pulled[normal(ref)]; im != nil {
		return im
	}
	for _, im := range s.pulled {
		if im.Id == ref {
			return im
		}
	}
	return nil
}

// imageRef is what a container status says as its imageID.
func imageRef(im *runtimeapi.Image) string { return im.RepoDigests[0] }

// imageName is what a container status says as its image.
func imageName(im *runtimeapi.Image) string { return im.Spec.Image }

// ImageStatus implements the CRI.
func (s *server) ImageStatus(_ context.Context, r *runtimeapi.ImageStatusRequest) (*runtimeapi.ImageStatusResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &runtimeapi.ImageStatusResponse{Image: s.lookUp(r.GetImage().GetImage())}, nil
}

// ListImages implements the CRI.
func (s *server) ListImages(context.Context, *runtimeapi.ListImagesRequest) (*runtimeapi.ListImagesResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := &runtimeapi.ListImagesResponse{}
	for _, im := range s.pulled {
		out.Images = append(out.Images, im)
	}
	return out, nil
}

// RemoveImage implements the CRI.
func (s *server) RemoveImage(_ context.Context, r *runtimeapi.RemoveImageRequest) (*runtimeapi.RemoveImageResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if im := s.lookUp(r.GetImage().GetImage()); im != nil {
		delete(s.pulled, im.Spec.Image)
	}
	return &runtimeapi.RemoveImageResponse{}, nil
}

// ImageFsInfo implements the CRI: images take next to nothing.
func (s *server) ImageFsInfo(context.Context, *runtimeapi.ImageFsInfoRequest) (*runtimeapi.ImageFsInfoResponse, error) {
	fs := []*runtimeapi.FilesystemUsage{{
		Timestamp: time.Now().UnixNano(), FsId: &runtimeapi.FilesystemIdentifier{Mountpoint: "/"},
		UsedBytes: &runtimeapi.UInt64Value{Value: 1}, InodesUsed: &runtimeapi.UInt64Value{Value: 1},
	}}
	return &runtimeapi.ImageFsInfoResponse{ImageFilesystems: fs, ContainerFilesystems: fs}, nil
}
