"""What is explained may be the probability instead of the score before the softmax."""

from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("PIL", reason="scenes are drawn with Pillow; pip install -e '.[lessons]'")

import minigrad as mg
import models
from models.__main__ import main
from models.scenes import random_scene
from models.study.measure import measure_ablation, measures_of
from models.study.report import heading


def test_the_probability_is_explained_if_told():
    model = models.load("mini-inception")
    x = model.preprocess(random_scene("lighthouse", seed=11).draw())
    label = int(model(mg.Tensor(x)).data[0].argmax())
    logit, probability = (
        measures_of(model, x, label, label, {"tolerance": 0.2} | more)
        for more in ({}, {"score": "probability"})
    )
    ends = [mg.softmax(model(mg.Tensor(one))).data[0, label] for one in (x, model.baseline())]
    arrays, facts = probability
    assert facts["score"] == pytest.approx(ends[0], rel=1e-5)
    assert facts["difference"] == pytest.approx(ends[0] - ends[1], rel=1e-4)
    assert logit[1]["score"] > 1 >= facts["score"]
    # activations are the same, the others are not
    np.testing.assert_array_equal(arrays["measures"][0], logit[0]["measures"][0])
    assert not np.allclose(arrays["measures"][3], logit[0]["measures"][3])


def test_a_study_that_has_no_choice_says_so(tmp_path, capsys):
    arguments = ["--images", str(tmp_path), "--out", str(tmp_path / "out")]
    status = main(["study", "agreement", *arguments, "--score", "probability"])
    assert status == 1 and "--score is for ablation and features" in capsys.readouterr().err


def test_a_reports_heading_says_what_is_explained():
    for settings, said in ({"score": "probability"}, "the probability explained"), ({}, ""):
        first = heading(SimpleNamespace(settings=settings), "Ablation")
        assert first == "# Ablation" + (f", {said}" if said else "")


def test_the_curve_of_ablation_is_of_what_is_explained(monkeypatch):
    model = models.load("mini-inception")
    photo = SimpleNamespace(path=None, key="a scene")
    picture = model.preprocess(random_scene("lighthouse", seed=11).draw())
    monkeypatch.setattr(type(model), "preprocess", lambda self, path: picture)
    settings = {"tolerance": 0.2, "curve": 4, "most": 8, "seed": 0, "score": "probability"}
    arrays, facts = measure_ablation(model, photo, settings)
    curves = arrays["curves"]
    assert np.all((curves >= 0) & (curves <= 1))
    np.testing.assert_allclose(curves[:, 0], facts["score"], rtol=1e-5)
