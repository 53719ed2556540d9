import dataclasses

import numpy as np
import pytest
from PIL import Image

from keras_gan.data import check


def test_a_sound_set_is_counted():
    report = check("fashion_mnist_10k")
    assert report.ok
    assert report.num_images == 10_000
    assert report.sizes == {(28, 28): 10_000}
    assert report.modes == {"L": 10_000}
    assert set(report.classes.values()) == {1000}
    assert report.broken == ()
    assert report.image_shape == (28, 28, 1)
    assert report.warnings == ()
    assert "Ankle boot: 1,000" in str(report)


def test_all_broken_files_are_named_and_it_goes_on(folder):
    for number in (3, 4, 7, 9, 19):
        (folder / f"{number:03}.png").write_text("not an image")
    report = check(folder)
    assert not report.ok
    assert report.num_images == 15
    names = [name for name, _ in report.broken]
    assert names == ["003.png", "004.png", "007.png", "009.png", "019.png"]
    assert all(name in str(report) for name in names)
    assert "cannot identify image file" in report.broken[0][1]
    assert any("Broken images raise an error" in warning for warning in report.warnings)


def test_equal_pixels_are_duplicates_whatever_the_file(folder):
    Image.open(folder / "002.png").save(folder / "copy.bmp")
    Image.open(folder / "002.png").save(folder / "again.tif")
    Image.open(folder / "005.png").save(folder / "five.tiff")
    report = check(str(folder))
    assert report.duplicates == (
        ("002.png", "again.tif", "copy.bmp"),
        ("005.png", "five.tiff"),
    )
    assert "002.png = again.tif = copy.bmp" in str(report)
    assert any("Copies of other images: 3." in warning for warning in report.warnings)


def test_mixed_sizes_and_modes_are_counted_with_advice(tmp_path, save_image):
    save_image(tmp_path / "a.png", "L", (5, 6))
    save_image(tmp_path / "b.png", "RGB", (5, 6))
    save_image(tmp_path / "c.png", "RGBA", (7, 8))
    report = check(tmp_path)
    assert report.ok
    assert report.sizes == {(6, 5): 2, (8, 7): 1}
    assert report.modes == {"L": 1, "RGB": 1, "RGBA": 1}
    assert report.image_shape == (6, 5, 3)
    advice = "\n".join(report.warnings)
    assert "2 sizes" in advice
    assert "--image-shape 6,5,3" in advice
    assert "Gray images among others: 1." in advice
    assert "Images with alpha: 1." in advice
    assert "Few images: 3." in advice
    assert "5x6: 2, 7x8: 1" in str(report)


def test_with_an_image_shape_sizes_may_differ(tmp_path, save_image):
    save_image(tmp_path / "a.png", size=(50, 60))
    save_image(tmp_path / "b.png", size=(7, 8))
    report = check(tmp_path, image_shape=[16, 16, 3])
    advice = "\n".join(report.warnings)
    assert "2 sizes" not in advice
    assert "Images smaller than image_shape: 1." in advice
    assert report.image_shape == (16, 16, 3)


def test_alpha_everywhere_is_pointed_out(tmp_path, save_image):
    save_image(tmp_path / "a.png", "RGBA")
    report = check(tmp_path)
    assert report.image_shape == (6, 5, 4)
    assert any("All images have alpha" in warning for warning in report.warnings)


def test_a_class_that_dominates_is_named(tmp_path, save_image):
    for name, count in (("many", 7), ("few", 1), ("some", 2)):
        for index in range(count):
            save_image(tmp_path / name / f"{index}.png", color=(index, count, 0))
    report = check(tmp_path)
    assert report.classes == {"few": 1, "many": 7, "some": 2}
    assert any('"many" dominates' in warning for warning in report.warnings)


def test_files_out_of_place_are_pointed_out(folder, save_image):
    save_image(folder / "cats" / "cat.png")
    (folder / "notes.txt").write_text("not an image")
    advice = "\n".join(check(folder).warnings)
    assert "both directly in the folder and in subfolders" in advice
    assert "Other files, ignored: 1 (.txt)" in advice


def test_the_picture_shows_what_the_network_will_see(folder, levels, tmp_path):
    report = check(folder)
    columns, gap = 5, 2
    assert report.picture.shape == (4 * (6 + gap) - gap, columns * (5 + gap) - gap, 1)
    np.testing.assert_array_equal(report.picture[:6, 7:12], levels[1])
    report.save_picture(tmp_path / "out" / "picture.png")
    written = np.asarray(Image.open(tmp_path / "out" / "picture.png"))
    assert max(written.shape) >= 512
    factor = written.shape[0] // report.picture.shape[0]
    np.testing.assert_array_equal(written[::factor, ::factor], report.picture[..., 0])


def test_the_picture_is_cropped_or_distorted(tmp_path, save_image):
    wide = Image.new("L", (6, 2), 0)
    wide.paste(255, (2, 0, 4, 2))
    wide.save(tmp_path / "wide.png")
    assert (check(tmp_path, image_shape=(2, 2, 1)).picture == 255).all()
    distorted = check(tmp_path, image_shape=(2, 2, 1), crop=False).picture
    assert (distorted < 255).any()


def test_of_many_images_some_are_shown_from_all_over():
    report = check("fashion_mnist_10k")
    assert report.picture.shape == (8 * 30 - 2, 8 * 30 - 2, 1)


def test_nothing_to_read_is_not_ok(tmp_path):
    report = check(tmp_path)
    assert not report.ok
    assert report.picture is None
    assert "No image can be decoded" in str(report)
    with pytest.raises(ValueError, match="no image to show"):
        report.save_picture(tmp_path / "picture.png")
    assert not (tmp_path / "picture.png").exists()


def test_an_unknown_source_is_refused(tmp_path):
    with pytest.raises(ValueError, match="there is no folder"):
        check(tmp_path / "missing")
    with pytest.raises(ValueError, match="must be the name of a dataset"):
        check("missing")
    with pytest.raises(ValueError, match="`image_shape` of check must be"):
        check("fashion_mnist_10k", image_shape=(8, 8))


def test_a_report_is_frozen(folder):
    with pytest.raises(dataclasses.FrozenInstanceError):
        check(folder).num_images = 0
